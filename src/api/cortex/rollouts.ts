import type { OpenAPIHono } from '@hono/zod-openapi'
import { Rollout, RolloutList, RolloutParams, RolloutQuery } from '../../contract/rollouts.ts'
import type { Rollouts } from '../../monitor/rollouts/rollouts.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const tag = 'rollouts'
const list = route({
  method: 'get',
  path: '/rollouts',
  tag,
  summary: '升级任务列表',
  auth: { user: 'read' },
  query: RolloutQuery,
  response: RolloutList,
})
const get = route({
  method: 'get',
  path: '/rollouts/{rollout_id}',
  tag,
  summary: '升级任务详情',
  auth: { user: 'read' },
  params: RolloutParams,
  response: Rollout,
  errors: [404],
})
const cancel = route({
  method: 'post',
  path: '/rollouts/{rollout_id}/cancel',
  tag,
  summary: '取消升级任务',
  auth: { user: 'operate' },
  params: RolloutParams,
  response: Rollout,
  errors: [403, 404, 409],
})

/** Upgrades of several servers, begun by `POST /api/servers/upgrade`. */
export function rolloutsSection({ rollouts }: { rollouts: Rollouts }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(list, async (c) => ok(c, await rollouts.list(actorOf(c), c.req.valid('query'))))
  app.openapi(get, async (c) => ok(c, await rollouts.get(actorOf(c), c.req.valid('param').rollout_id)))
  app.openapi(cancel, async (c) => {
    const id = c.req.valid('param').rollout_id
    await rollouts.cancel({ actor: actorOf(c), requestId: c.get('requestId') }, id)
    return ok(c, await rollouts.get(actorOf(c), id), { zh: '升级任务已取消', en: 'rollout cancelled' })
  })
  return app
}
