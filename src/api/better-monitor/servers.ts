import { type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  Message,
  NewServer,
  ServerAnswer,
  ServerChange,
  ServerCreated,
  ServerFacts,
  ServerList,
  ServerRegistered,
} from '../../contract/better-monitor/servers.ts'
import { RowId } from '../../contract/common.ts'
import { unauthorized } from '../../contract/errors.ts'
import type { Keys } from '../../monitor/auth/keys.service.ts'
import type { Servers } from '../../monitor/servers/servers.service.ts'
import { type ApiEnv, languageOf } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf, gateOf } from '../http/authenticate.ts'
import { plainRoute } from '../http/openapi.ts'

const tag = 'better-monitor: servers'
const params = z.object({ id: RowId })
const page = z.object({
  q: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
  offset: z.coerce.number().int().min(0).default(0),
})
const list = plainRoute({
  method: 'get',
  path: '/servers',
  tag,
  summary: '服务器列表',
  auth: { user: 'read' },
  query: page,
  response: ServerList,
})
const get = plainRoute({
  method: 'get',
  path: '/servers/{id}',
  tag,
  summary: '单个服务器',
  auth: { user: 'read' },
  params,
  response: ServerAnswer,
  errors: [404],
})
const create = plainRoute({
  method: 'post',
  path: '/servers',
  tag,
  summary: '创建服务器；密钥只显示一次',
  auth: { user: 'operate' },
  body: NewServer,
  response: ServerCreated,
  status: 201,
  errors: [409],
})
const update = plainRoute({
  method: 'put',
  path: '/servers/{id}',
  tag,
  summary: '更新服务器',
  auth: { user: 'operate' },
  params,
  body: ServerChange,
  response: ServerAnswer,
  errors: [404],
})
const remove = plainRoute({
  method: 'delete',
  path: '/servers/{id}',
  tag,
  summary: '删除服务器',
  auth: { user: 'administer' },
  params,
  response: Message,
  errors: [404, 409],
})
const register = plainRoute({
  method: 'post',
  path: '/servers/register',
  tag,
  summary: 'Agent 注册：用服务器密钥或注册令牌',
  auth: 'public',
  body: ServerFacts,
  response: ServerRegistered,
  errors: [401, 409],
})

const wrongSecret = () =>
  unauthorized('密钥无效', 'The secret key is not valid (X-Secret-Key)', { details: { reason: 'invalid' } })

/** Nodes as servers (spec: Better Monitor 2). */
export function serversSection(parts: {
  servers: Servers
  keys: Keys
  isRegistrationToken: (text: string) => boolean
}): OpenAPIHono<ApiEnv> {
  const { servers, keys, isRegistrationToken } = parts
  const app = createSection()

  // Before /servers/{id}, which would take `register` for a number.
  app.openapi(register, async (c) => {
    const secret = c.req.header('x-secret-key') ?? c.req.header('x-api-key') ?? ''
    const facts = c.req.valid('json')
    const node = secret === '' ? null : await keys.authenticate(secret)
    if (node) return c.json(await servers.tellFacts(node, facts), 200)
    if (isRegistrationToken(secret)) return c.json(await servers.enroll(facts), 200)
    return await gateOf(c).refuse(c, wrongSecret())
  })
  app.openapi(list, async (c) => c.json(await servers.list(actorOf(c), c.req.valid('query')), 200))
  app.openapi(create, async (c) => {
    const { server, secretKey } = await servers.create(actorOf(c), c.req.valid('json'))
    return c.json({ server, secret_key: secretKey }, 201)
  })
  app.openapi(get, async (c) => c.json({ server: await servers.get(actorOf(c), c.req.valid('param').id) }, 200))
  app.openapi(update, async (c) =>
    c.json({ server: await servers.update(actorOf(c), c.req.valid('param').id, c.req.valid('json')) }, 200),
  )
  app.openapi(remove, async (c) => {
    await servers.remove(actorOf(c), c.req.valid('param').id)
    return c.json({ message: languageOf(c) === 'zh' ? '服务器已删除' : 'server deleted' }, 200)
  })

  return app
}
