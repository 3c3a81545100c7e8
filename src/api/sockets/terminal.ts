import { upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import { WebSocket } from 'ws'
import { SessionId } from '../../contract/operations/terminal.ts'
import { invalidRequest } from '../../contract/errors.ts'
import { runCommand } from '../../monitor/operations/calls/terminal.ts'
import { askHost } from '../../monitor/operations/host-call.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { SessionHolders } from '../../monitor/operations/session-holders.ts'
import type { Guest } from '../../monitor/realtime/client.ts'
import { sessionRef } from '../../lib/session-ref.ts'
import type { Logger } from '../../platform/logger.ts'
import type { ApiContext, ApiEnv } from '../http/api-env.ts'
import { gateOf } from '../http/authenticate.ts'
import { demandOrigin, demandUpgrade } from './admitted.ts'
import { bridgeTerminal } from './terminal-bridge.ts'

const badSession = () =>
  invalidRequest('session 无效', 'session is not valid', {
    details: { issues: [{ path: 'session', message: 'the session_id of a terminal' }] },
  })

/** `/ws/servers/{id}/terminal?session=`: a terminal in a socket; the session id is enough for who made it here. */
export function terminalSocket(parts: {
  operations: Operations
  holders: SessionHolders
  guests: (c: ApiContext) => Promise<Guest>
  allowedOrigins: readonly string[]
  logger: Logger
}): Hono<ApiEnv> {
  const { operations, holders, guests, allowedOrigins, logger } = parts
  const app = new Hono<ApiEnv>()

  app.get('/ws/servers/:id/terminal', async (c) => {
    demandOrigin(c, allowedOrigins)
    const session = SessionId.safeParse(c.req.query('session')).data
    const serverId = Number(c.req.param('id'))
    if (session === undefined || !Number.isSafeInteger(serverId)) throw badSession()
    // Before the database is asked: a flood of wrong sessions must not become a flood of queries.
    await gateOf(c).limit(c, 'calls')
    const actor = (await holders.take(session, serverId)) ?? (await guests(c)).actor
    demandUpgrade(c)
    const asked = { actor, requestId: c.get('requestId') }
    const ref = sessionRef(session)
    const params = { session_id: session, take_over: c.req.query('take_over') === 'true' }
    const stream = await operations.open(asked, serverId, {
      method: 'terminal.attach',
      params,
      permission: 'operate',
      target: ref,
    })
    const run = (command: string) => askHost(operations, asked, serverId, runCommand(command, session))
    const onFailure = (err: unknown) => logger.error({ err }, 'a terminal socket failed')
    return await upgradeWebSocket(
      c,
      {
        onOpen(_event, { raw }) {
          if (raw instanceof WebSocket) bridgeTerminal({ socket: raw, stream, session, runCommand: run, onFailure })
          else stream.reset(new Error('the socket did not open'))
        },
      },
      { onError: onFailure },
    )
  })

  return app
}
