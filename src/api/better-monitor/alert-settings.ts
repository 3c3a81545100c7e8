import { type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  AlertSettingAnswer,
  AlertSettingChange,
  AlertSettingDetail,
  AlertSettingList,
  NewAlertSetting,
} from '../../contract/better-monitor/alert-settings.ts'
import { Message } from '../../contract/better-monitor/servers.ts'
import { RowId } from '../../contract/common.ts'
import type { Rules } from '../../monitor/rules/rules.service.ts'
import { type ApiEnv, languageOf } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { plainRoute } from '../http/openapi.ts'

const tag = 'better-monitor: alerts'
const params = z.object({ id: RowId })
const list = plainRoute({
  method: 'get',
  path: '/alerts/settings',
  tag,
  summary: '告警设置',
  auth: { user: 'read' },
  response: AlertSettingList,
})
const get = plainRoute({
  method: 'get',
  path: '/alerts/settings/{id}',
  tag,
  summary: '单个告警设置及其当前状态',
  auth: { user: 'read' },
  params,
  response: AlertSettingDetail,
  errors: [404],
})
const create = plainRoute({
  method: 'post',
  path: '/alerts/settings',
  tag,
  summary: '创建告警设置',
  auth: { user: 'operate' },
  body: NewAlertSetting,
  response: AlertSettingAnswer,
  status: 201,
  errors: [409],
})
const update = plainRoute({
  method: 'put',
  path: '/alerts/settings/{id}',
  tag,
  summary: '更新告警设置',
  auth: { user: 'operate' },
  params,
  body: AlertSettingChange,
  response: AlertSettingAnswer,
  errors: [404, 409],
})
const remove = plainRoute({
  method: 'delete',
  path: '/alerts/settings/{id}',
  tag,
  summary: '删除告警设置；其未解决的告警随之结束',
  auth: { user: 'operate' },
  params,
  response: Message,
  errors: [404, 409],
})

/** Alert rules (spec: Better Monitor 7). */
export function alertSettingsSection({ rules }: { rules: Rules }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(list, async (c) => c.json({ settings: await rules.list(actorOf(c)) }, 200))
  app.openapi(get, async (c) => c.json(await rules.get(actorOf(c), c.req.valid('param').id), 200))
  app.openapi(create, async (c) => c.json({ setting: await rules.create(actorOf(c), c.req.valid('json')) }, 201))
  app.openapi(update, async (c) =>
    c.json({ setting: await rules.update(actorOf(c), c.req.valid('param').id, c.req.valid('json')) }, 200),
  )
  app.openapi(remove, async (c) => {
    await rules.remove(actorOf(c), c.req.valid('param').id)
    return c.json({ message: languageOf(c) === 'zh' ? '告警设置已删除' : 'alert setting deleted' }, 200)
  })
  return app
}
