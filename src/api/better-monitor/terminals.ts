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
import type { Operations } from '../../monitor/operations/operations.service.ts'
import { actorName } from '../../monitor/auth/actor.ts'
import type { SessionHolders } from '../../monitor/operations/session-holders.ts'
import { sessionRef } from '../../lib/session-ref.ts'
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

  app.openapi(list, async (c) => {
    const operation = {
      method: 'terminal.list',
      params: { created_by: mine(c) },
      permission: 'read' as const,
      target: null,
    }
    return c.json(await askHost(operations, c, c.req.valid('param').id, operation, TerminalSessionList), 200)
  })
  app.openapi(create, async (c) => {
    const params = { ...c.req.valid('json'), session_id: randomBytes(32).toString('base64url') }
    const operation = {
      method: 'terminal.create',
      params,
      permission: 'operate' as const,
      target: sessionRef(params.session_id),
    }
    const { id } = c.req.valid('param')
    const session = await askHost(operations, c, id, operation, TerminalSession)
    holders.remember(session.session_id, { actor: userOf(c), serverId: id })
    return c.json(session, 201)
  })
  app.openapi(get, async (c) => {
    const { id, session_id } = c.req.valid('param')
    const operation = { method: 'terminal.get', params: { session_id }, permission: 'read' as const, target: null }
    return c.json(await askHost(operations, c, id, operation, TerminalSession), 200)
  })
  app.openapi(remove, async (c) => {
    const { id, session_id } = c.req.valid('param')
    const operation = {
      method: 'terminal.delete',
      params: { session_id },
      permission: 'operate' as const,
      target: sessionRef(session_id),
    }
    const answer = await askHost(operations, c, id, operation, TerminalDeleteAnswer)
    holders.forget(session_id)
    return c.json(answer, 200)
  })
  app.openapi(folder, async (c) => {
    const { id, session_id } = c.req.valid('param')
    const operation = {
      method: 'terminal.working_dir',
      params: { session_id },
      permission: 'read' as const,
      target: null,
    }
    return c.json(await askHost(operations, c, id, operation, TerminalFolder), 200)
  })

  return app
}
