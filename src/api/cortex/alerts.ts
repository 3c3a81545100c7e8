import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { AckResult, Alert, AlertAction, AlertList, AlertQuery, ResolveResult } from '../../contract/alerts.ts'
import { AlertNotifications } from '../../contract/alerting.ts'
import { RowId } from '../../contract/common.ts'
import type { Alerting } from '../../monitor/alerting/alerting.service.ts'
import type { AlertHandling } from '../../monitor/alerts/handling.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const tag = 'alerts'
const params = z.object({ alert_id: RowId })
const list = route({
  method: 'get',
  path: '/alerts',
  tag,
  summary: '告警列表',
  auth: { user: 'read' },
  query: AlertQuery,
  response: AlertList,
})
const get = route({
  method: 'get',
  path: '/alerts/{alert_id}',
  tag,
  summary: '告警详情',
  auth: { user: 'read' },
  params,
  response: Alert,
  errors: [404],
})
const ack = route({
  method: 'post',
  path: '/alerts/{alert_id}/ack',
  tag,
  summary: '确认告警',
  auth: { user: 'operate' },
  params,
  body: AlertAction,
  bodyOptional: true,
  response: AckResult,
  errors: [404, 409],
})
const resolve = route({
  method: 'post',
  path: '/alerts/{alert_id}/resolve',
  tag,
  summary: '关闭告警',
  auth: { user: 'operate' },
  params,
  body: AlertAction,
  bodyOptional: true,
  response: ResolveResult,
  errors: [404, 409],
})

const notifications = route({
  method: 'get',
  path: '/alerts/{alert_id}/notifications',
  tag,
  summary: '告警通知情况：各渠道已通知什么，为何通知或不通知',
  auth: { user: 'read' },
  params,
  response: AlertNotifications,
  errors: [404],
})

/** What needs a person (spec: 告警管理接口 10–13). */
export function alertsSection(parts: { handling: AlertHandling; alerting: Alerting }): OpenAPIHono<ApiEnv> {
  const { handling, alerting } = parts
  const app = createSection()

  app.openapi(list, async (c) => {
    const { agent_id, ...filter } = c.req.valid('query')
    return ok(c, await handling.list(actorOf(c), { ...filter, agentId: agent_id }))
  })
  app.openapi(get, async (c) => ok(c, await handling.get(actorOf(c), c.req.valid('param').alert_id)))
  app.openapi(ack, async (c) => {
    const result = await handling.acknowledge(actorOf(c), c.req.valid('param').alert_id, c.req.valid('json'))
    return ok(c, result, { zh: '告警已确认', en: 'alert acknowledged' })
  })
  app.openapi(resolve, async (c) => {
    const result = await handling.resolve(actorOf(c), c.req.valid('param').alert_id, c.req.valid('json'))
    return ok(c, result, { zh: '告警已关闭', en: 'alert resolved' })
  })
  app.openapi(notifications, async (c) => ok(c, await alerting.explain(actorOf(c), c.req.valid('param').alert_id)))

  return app
}
