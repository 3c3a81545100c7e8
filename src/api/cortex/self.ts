import type { OpenAPIHono } from '@hono/zod-openapi'
import { Inspection, InspectRequest, SelfStatus } from '../../contract/self.ts'
import type { Actor } from '../../monitor/auth/actor.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const tag = 'self'
const self = route({
  method: 'get',
  path: '/self',
  tag,
  summary: '本节点状态',
  auth: { user: 'read' },
  response: SelfStatus,
})
const inspect = route({
  method: 'post',
  path: '/self/inspect',
  tag,
  summary: '立即巡检本节点，或下级节点',
  auth: { user: 'administer' },
  body: InspectRequest,
  bodyOptional: true,
  response: Inspection,
  errors: [404, 503, 504],
})

/** What this node is, and a look at its host or at a node below right now. */
export function selfSection(parts: {
  status: () => Promise<SelfStatus>
  inspect: (actor: Actor, agentId: string | undefined) => Promise<Inspection>
}): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(self, async (c) => ok(c, await parts.status()))
  app.openapi(inspect, async (c) =>
    ok(c, await parts.inspect(actorOf(c), c.req.valid('json').agent_id), { zh: '巡检完成', en: 'inspected' }),
  )
  return app
}
