import { randomBytes } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import {
  SessionId,
  TerminalDeleteAnswer,
  TerminalFolder,
  TerminalRequest,
  TerminalSession,
  TerminalSessionList,
} from '../../contract/operations/terminal.ts'
import {
  createSession,
  deleteSession,
  listSessions,
  readSession,
  readSessionFolder,
} from '../../monitor/operations/calls/terminal.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import { actorName } from '../../monitor/auth/actor.ts'
import type { SessionHolders } from '../../monitor/operations/session-holders.ts'
import type { ApiContext, ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf, userOf } from '../http/authenticate.ts'
import { plainRoute } from '../http/openapi.ts'
import { askHost, ServerParams } from './host.ts'

const tag = 'better-monitor: terminal'
const auth = { user: 'operate' } as const
const SessionParams = ServerParams.extend({ session_id: SessionId })
const list = plainRoute({
  method: 'get',
  path: '/servers/{id}/terminal/sessions',
  tag,
  summary: '自己的终端会话',
  auth,
  params: ServerParams,
  response: TerminalSessionList,
  errors: [404, 503, 504],
})
const create = plainRoute({
  method: 'post',
  path: '/servers/{id}/terminal/sessions',
  tag,
  summary: '创建终端会话',
  auth,
  params: ServerParams,
  body: TerminalRequest,
  bodyOptional: true,
  response: TerminalSession,
  status: 201,
  errors: [403, 404, 503, 504],
})
const get = plainRoute({
  method: 'get',
  path: '/servers/{id}/terminal/sessions/{session_id}',
  tag,
  summary: '终端会话',
  auth,
  params: SessionParams,
  response: TerminalSession,
  errors: [404, 503, 504],
})
const remove = plainRoute({
  method: 'delete',
  path: '/servers/{id}/terminal/sessions/{session_id}',
  tag,
  summary: '结束终端会话',
  auth,
  params: SessionParams,
  response: TerminalDeleteAnswer,
  errors: [403, 404, 503, 504],
})
const folder = plainRoute({
  method: 'get',
  path: '/servers/{id}/terminal/sessions/{session_id}/working-directory',
  tag,
  summary: '会话当前目录',
  auth,
  params: SessionParams,
  response: TerminalFolder,
  errors: [404, 503, 504],
})

/** Terminals of a host (spec: Better Monitor 9; rulings: terminal). The session id is the capability of its creator. */
export function terminalsSection({
  operations,
  holders,
  selfId,
}: {
  operations: Operations
  holders: SessionHolders
  selfId: string
}): OpenAPIHono<ApiEnv> {
  const app = createSection()
  const mine = (c: ApiContext) => `${actorName(actorOf(c))}@${selfId}`

  app.openapi(list, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, listSessions(mine(c))), 200),
  )
  app.openapi(create, async (c) => {
    const params = { ...c.req.valid('json'), session_id: randomBytes(32).toString('base64url') }
    const { id } = c.req.valid('param')
    const session = await askHost(operations, c, id, createSession(params))
    await holders.remember(session.session_id, { actor: userOf(c), serverId: id })
    return c.json(session, 201)
  })
  app.openapi(get, async (c) => {
    const { id, session_id } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, readSession(session_id)), 200)
  })
  app.openapi(remove, async (c) => {
    const { id, session_id } = c.req.valid('param')
    const answer = await askHost(operations, c, id, deleteSession(session_id))
    await holders.forget(session_id)
    return c.json(answer, 200)
  })
  app.openapi(folder, async (c) => {
    const { id, session_id } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, readSessionFolder(session_id)), 200)
  })

  return app
}
