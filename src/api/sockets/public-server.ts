import { Hono } from 'hono'
import { RowId } from '../../contract/common.ts'
import { notFound } from '../../contract/errors.ts'
import type { MonitorEvents } from '../../monitor/changes/events.ts'
import { CloseCode } from '../../monitor/realtime/close-codes.ts'
import type { GuardedSocket, Pass } from '../../monitor/realtime/guarded-socket.ts'
import type { LiveFeeds } from '../../monitor/realtime/live-feeds.ts'
import { liveFigures } from '../../monitor/realtime/live-figures.ts'
import type { Lobby } from '../../monitor/realtime/lobby.ts'
import type { ServerNow } from '../../monitor/realtime/server-now.ts'
import type { SiteSettings } from '../../monitor/settings/settings.service.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Logger } from '../../platform/logger.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { gateOf } from '../http/authenticate.ts'
import { addressSubject } from '../http/rate-limit.ts'
import { admitSocket } from './admitted.ts'

/** The same for every server that is not shown: whether there is one is nobody's business. */
const notShown = () => notFound('没有公开的服务器', 'there is no public server of that number')

/** `/public/ws/servers/{id}`: name and measurements of a server, for anybody, while the setting `public_view` is on. */
export function publicServerSocket(parts: {
  lobby: Lobby<string>
  settings: SiteSettings
  bus: Bus<MonitorEvents>
  live: LiveFeeds
  /** Null when there is no such server. */
  serverNow: (serverId: number) => Promise<ServerNow | null>
  clock: () => number
  logger: Logger
}): Hono<ApiEnv> {
  const { lobby, settings, bus, live, serverNow, clock, logger } = parts
  const app = new Hono<ApiEnv>()
  const isShown = async () => (await settings.read()).public_view
  const pass: Pass = { endsAtMs: Infinity, stillValid: isShown }

  function serve(socket: GuardedSocket, { agentId, name, measured }: ServerNow): void {
    const say = (type: string, data: object) =>
      socket.send(Buffer.from(JSON.stringify({ type, data, timestamp: new Date(clock()).toISOString() })))
    if (measured) say('monitor_data', { name, ...liveFigures(measured.at, measured.metrics) })
    const endings = [
      live.watch(agentId, (measurement) => say('monitor_data', { name, ...measurement })),
      bus.on('settings_changed', ({ public_view }) => {
        if (public_view === false) socket.leave(CloseCode.NOT_SHOWN, 'the public view was turned off')
      }),
      bus.on('node_removed', ({ agent_id }) => {
        if (agent_id === agentId) socket.leave(CloseCode.GONE, 'the server was removed')
      }),
    ]
    socket.onLeft(() => {
      for (const end of endings) end()
    })
    // Nothing is taken from strangers but a sign of life.
    socket.onText(() => say('heartbeat_response', {}))
  }

  app.get('/public/ws/servers/:id', async (c) => {
    await gateOf(c).limit(c, 'calls')
    const serverId = RowId.safeParse(c.req.param('id')).data
    const now = serverId !== undefined && (await isShown()) ? await serverNow(serverId) : null
    if (!now) throw notShown()
    return await admitSocket(c, {
      lobby,
      holder: addressSubject(c.get('clientIp')),
      pass,
      onOpen: (socket) => serve(socket, now),
      onFailure: (err) => logger.error({ err }, 'a public socket failed'),
    })
  })

  return app
}
