import { upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import { WebSocket } from 'ws'
import { SessionId } from '../../contract/operations/terminal.ts'
import { invalidRequest } from '../../contract/errors.ts'
import type { UserActor } from '../../monitor/auth/actor.ts'
import type { Sessions } from '../../monitor/auth/sessions.service.ts'
import { runCommand } from '../../monitor/operations/calls/terminal.ts'
import { askHost } from '../../monitor/operations/host-call.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { SessionHolders } from '../../monitor/operations/session-holders.ts'
import type { Guest } from '../../monitor/realtime/client.ts'
import type { Seats } from '../../monitor/realtime/seats.ts'
import { every } from '../../lib/every.ts'
import { CloseCode } from '../../monitor/realtime/close-codes.ts'
import { sessionRef } from '../../lib/session-ref.ts'
import type { Logger } from '../../platform/logger.ts'
import type { ApiContext, ApiEnv } from '../http/api-env.ts'
import { gateOf } from '../http/authenticate.ts'
import { demandOrigin, demandUpgrade, takeSeat } from './admitted.ts'
import { bridgeTerminal } from './terminal-bridge.ts'

/** How long a client that is told to go may take to do so. */
const closeGraceMs = 2_000
const validityCheckMs = 10_000

/** Ends the socket, also of a client that does not answer. */
function leave(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason)
  const gone = setTimeout(() => socket.terminate(), closeGraceMs)
  socket.once('close', () => clearTimeout(gone))
}

const badSession = () =>
  invalidRequest('session 无效', 'session is not valid', {
    details: { issues: [{ path: 'session', message: 'the session_id of a terminal' }] },
  })

/**
 * `/ws/servers/{id}/terminal?session=`: a terminal in a socket; the session id is enough for who made it here, as long as
 * that user is as it was then. A user who is changed, disabled or deleted is cut off at once (4401).
 */
export function terminalSocket(parts: {
  operations: Operations
  holders: SessionHolders
  sessions: Pick<Sessions, 'actorOfClaims' | 'versionOf'>
  seats: Seats<number>
  guests: (c: ApiContext) => Promise<Guest>
  allowedOrigins: readonly string[]
  logger: Logger
}): Hono<ApiEnv> {
  const { operations, holders, sessions, seats, guests, allowedOrigins, logger } = parts
  const app = new Hono<ApiEnv>()

  async function guestOf(actor: UserActor): Promise<Pick<Guest, 'actor' | 'stillValid'>> {
    const claims = { sub: actor.userId, ver: await sessions.versionOf(actor) }
    return { actor, stillValid: async () => (await sessions.actorOfClaims(claims)) !== null }
  }

  app.get('/ws/servers/:id/terminal', async (c) => {
    demandOrigin(c, allowedOrigins)
    const session = SessionId.safeParse(c.req.query('session')).data
    const serverId = Number(c.req.param('id'))
    if (session === undefined || !Number.isSafeInteger(serverId)) throw badSession()
    // Before the database is asked: a flood of wrong sessions must not become a flood of queries.
    await gateOf(c).limit(c, 'calls')
    const maker = await holders.take(session, serverId)
    const { actor, stillValid } = maker ? await guestOf(maker) : await guests(c)
    demandUpgrade(c)
    const seat = takeSeat(c, seats, actor.userId)
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
          if (!(raw instanceof WebSocket)) return stream.reset(new Error('the socket did not open'))
          bridgeTerminal({ socket: raw, stream, session, runCommand: run, onFailure })
          seat.occupy((code, reason) => leave(raw, code, reason))
          // Also a change that another process made is noticed.
          const check = every(
            validityCheckMs,
            async () => {
              if (!(await stillValid())) leave(raw, CloseCode.UNAUTHORIZED, 'the token is void')
            },
            onFailure,
          )
          raw.once('close', () => void check.stop())
        },
      },
      { onError: onFailure },
    )
  })

  return app
}
