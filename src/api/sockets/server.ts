import { Hono } from 'hono'
import { RowId } from '../../contract/common.ts'
import { scopeOf } from '../../monitor/auth/permissions.ts'
import type { MonitorEvents } from '../../monitor/changes/events.ts'
import { serverNotFound } from '../../monitor/operations/operations.errors.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { Guest } from '../../monitor/realtime/client.ts'
import type { GuardedSocket } from '../../monitor/realtime/guarded-socket.ts'
import type { JobFeeds } from '../../monitor/realtime/job-feeds.ts'
import type { LiveFeeds } from '../../monitor/realtime/live-feeds.ts'
import type { Lobby } from '../../monitor/realtime/lobby.ts'
import type { Owners } from '../../monitor/realtime/owners.ts'
import type { ServerNow } from '../../monitor/realtime/server-now.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Logger } from '../../platform/logger.ts'
import type { ApiContext, ApiEnv } from '../http/api-env.ts'
import { admitSocket, demandOrigin } from './admitted.ts'
import { tellServerNews } from './server-news.ts'
import { answerRequests } from './server-requests.ts'

export interface ServerSocketParts {
  lobby: Lobby<number>
  operations: Operations
  bus: Bus<MonitorEvents>
  live: LiveFeeds
  jobFeeds: JobFeeds
  owners: Owners
  /** Null when the server is not there (any more). */
  serverNow: (agentId: string) => Promise<ServerNow | null>
  guests: (c: ApiContext) => Promise<Guest>
  /** Requests that one socket may make in a second; the same as over REST. */
  requestsPerSecond: number
  allowedOrigins: readonly string[]
  clock: () => number
  newId: () => string
  logger: Logger
}

/** `/ws/servers/{id}`: what happens to a server, and everything that is done on it, in one socket (spec: 服务器监控 WebSocket). */
export function serverSocket(parts: ServerSocketParts): Hono<ApiEnv> {
  const { lobby, operations, serverNow, guests, allowedOrigins, logger } = parts
  const app = new Hono<ApiEnv>()

  app.get('/ws/servers/:id', async (c) => {
    demandOrigin(c, allowedOrigins)
    const guest = await guests(c)
    const serverId = RowId.safeParse(c.req.param('id')).data
    if (serverId === undefined) throw serverNotFound(0)
    const requestId = c.get('requestId')
    const { agentId } = await operations.admit({ actor: guest.actor, requestId }, serverId, 'read')
    const now = await serverNow(agentId)
    if (!now) throw serverNotFound(serverId)
    const onFailure = (err: unknown) => logger.error({ err, server: agentId }, 'a server socket failed')
    return await admitSocket(c, {
      lobby,
      holder: guest.actor.userId,
      pass: guest,
      onOpen: (socket) => serve(parts, { socket, guest, now, requestId, onFailure }),
      onFailure,
    })
  })

  return app
}

function serve(
  { operations, bus, live, jobFeeds, owners, requestsPerSecond, clock, newId }: ServerSocketParts,
  opened: {
    socket: GuardedSocket
    guest: Guest
    now: ServerNow
    requestId: string
    onFailure: (error: unknown) => void
  },
): void {
  const { socket, guest, now, requestId, onFailure } = opened
  const { actor, language } = guest
  const ended = new AbortController()
  socket.onLeft(() => ended.abort(new Error('the socket was closed')))
  const encode = (type: string, data: object) =>
    Buffer.from(JSON.stringify({ type, data, timestamp: new Date(clock()).toISOString() }))
  const seesAll = scopeOf(actor).all

  const { watchJob } = tellServerNews({
    socket,
    now,
    bus,
    live,
    jobFeeds,
    askSight(answer) {
      if (seesAll) return answer(true)
      owners.ask(now.agentId, (owner) => answer(owner.known ? owner.ownerId === actor.userId : null))
    },
    say: (type, data) => socket.send(encode(type, data)),
  })
  const take = answerRequests({
    operations,
    actor,
    serverId: now.id,
    language,
    socketId: requestId,
    maxPerSecond: requestsPerSecond,
    clock,
    newId,
    ended: ended.signal,
    say: (type, data) => socket.sendPaced(encode(type, data)),
    watchJob,
    onFailure,
  })
  socket.onText(take)
}
