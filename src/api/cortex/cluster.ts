import { type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  JoinCommand,
  NodeDetail,
  NodeList,
  NodeQuery,
  Registration,
  RegistrationReceipt,
  Topology,
  TopologyQuery,
} from '../../contract/cluster.ts'
import { AgentId } from '../../contract/common.ts'
import { AppError } from '../../contract/errors.ts'
import type { NodeViews } from '../../monitor/history/node-detail.service.ts'
import type { RegistrationService } from '../../monitor/membership/registration.service.ts'
import type { RemovalService } from '../../monitor/membership/removal.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf, gateOf, userOf } from '../http/authenticate.ts'
import { done, ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const tag = 'cluster'
const params = z.object({ agent_id: AgentId })
const register = route({
  method: 'post',
  path: '/cluster/register',
  tag,
  summary: '节点注册',
  auth: 'public',
  body: Registration,
  response: RegistrationReceipt,
  errors: [401, 403, 409],
})
const join = route({
  method: 'get',
  path: '/cluster/join',
  tag,
  summary: '让另一台主机加入的命令，含注册令牌',
  auth: { user: 'administer' },
  response: JoinCommand,
})
const list = route({
  method: 'get',
  path: '/cluster/nodes',
  tag,
  summary: '集群节点列表',
  auth: { user: 'read' },
  query: NodeQuery,
  response: NodeList,
})
const detail = route({
  method: 'get',
  path: '/cluster/nodes/{agent_id}',
  tag,
  summary: '节点详情',
  auth: { user: 'read' },
  params,
  response: NodeDetail,
  errors: [404],
})
const remove = route({
  method: 'delete',
  path: '/cluster/nodes/{agent_id}',
  tag,
  summary: '删除节点',
  auth: { user: 'administer' },
  params,
  errors: [404, 409],
})
const topology = route({
  method: 'get',
  path: '/cluster/topology',
  tag,
  summary: '集群拓扑',
  auth: { user: 'read' },
  query: TopologyQuery,
  response: Topology,
  errors: [404],
})

/** The tree: joining it, looking at it, leaving it (spec: 集群管理接口 6–9; rulings: Nodes, Delete). */
export function clusterSection(parts: {
  registration: RegistrationService
  views: NodeViews
  removal: RemovalService
  /** How this program is called on a host. */
  program: string
}): OpenAPIHono<ApiEnv> {
  const { registration, views, removal, program } = parts
  const app = createSection()

  app.openapi(register, async (c) => {
    const receipt = await registration.register(c.req.valid('json')).catch((error: unknown) => {
      // A wrong token counts like a wrong key, so that guessing it is bounded.
      if (error instanceof AppError && error.status === 401) return gateOf(c).refuse(c, error)
      throw error
    })
    return ok(c, receipt, { zh: '节点注册成功', en: 'node registered' })
  })
  app.openapi(join, async (c) => {
    const { url, token } = await registration.tellToken(userOf(c))
    return ok(c, { url, registration_token: token, command: `${program} join ${url} --token ${token}` })
  })
  app.openapi(list, async (c) => ok(c, await views.list(actorOf(c), c.req.valid('query'))))
  app.openapi(detail, async (c) => ok(c, await views.detail(actorOf(c), c.req.valid('param').agent_id)))
  app.openapi(remove, async (c) => {
    await removal.remove(userOf(c), c.req.valid('param').agent_id)
    return done(c, { zh: '节点已删除', en: 'node deleted' })
  })
  app.openapi(topology, async (c) => ok(c, await views.topology(actorOf(c), c.req.valid('query'))))

  return app
}
