import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { AlertAction } from '../../contract/alerts.ts'
import { AlertRecordList, AlertRecordQuery, AlertRecordResolved } from '../../contract/better-monitor/alert-records.ts'
import { RowId } from '../../contract/common.ts'
import type { AlertHandling } from '../../monitor/alerts/handling.service.ts'
import { type ApiEnv, languageOf } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { plainRoute } from '../http/openapi.ts'

const tag = 'better-monitor: alerts'
const list = plainRoute({
  method: 'get',
  path: '/alerts/records',
  tag,
  summary: '告警记录',
  auth: { user: 'read' },
  query: AlertRecordQuery,
  response: AlertRecordList,
})
const resolve = plainRoute({
  method: 'post',
  path: '/alerts/records/{id}/resolve',
  tag,
  summary: '解决告警',
  auth: { user: 'operate' },
  params: z.object({ id: RowId }),
  body: AlertAction,
  bodyOptional: true,
  response: AlertRecordResolved,
  errors: [404, 409],
})

/** Alerts of every origin as records (spec: Better Monitor 7). */
export function alertRecordsSection({ handling }: { handling: AlertHandling }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(list, async (c) => {
    const { server_id, under, alert_type, only_unresolved, page, limit } = c.req.valid('query')
    const filter = { nodeId: server_id, under, type: alert_type, ...(only_unresolved ? { open: true } : {}) }
    const found = await handling.records(actorOf(c), { ...filter, limit, offset: (page - 1) * limit })
    return c.json({ ...found, page, limit }, 200)
  })
  app.openapi(resolve, async (c) => {
    const { id } = c.req.valid('param')
    await handling.resolve(actorOf(c), id, c.req.valid('json'))
    const message = languageOf(c) === 'zh' ? '告警已解决' : 'alert resolved'
    return c.json({ message, record: await handling.record(actorOf(c), id) }, 200)
  })
  return app
}
