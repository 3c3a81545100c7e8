import { Hono } from 'hono'
import type { Guest } from '../../monitor/realtime/client.ts'
import type { Hub } from '../../monitor/realtime/hub.ts'
import type { Logger } from '../../platform/logger.ts'
import type { ApiContext, ApiEnv } from '../http/api-env.ts'
import { admitSocket, demandOrigin } from './admitted.ts'

/**
 * The socket of events (spec: WebSocket 实时通信). Whoever may not come in is told so over HTTP, before the socket opens.
 * Serve it with `answerRefusedUpgrades`, and a `ws` server that has `agreedProtocol` and no compression.
 */
export function eventSocket(parts: {
  hub: Hub
  guests: (c: ApiContext) => Promise<Guest>
  /** Pages of other hosts that may open the socket, each as `https://example.com`. */
  allowedOrigins?: readonly string[]
  logger: Logger
}): Hono<ApiEnv> {
  const { hub, guests, allowedOrigins = [], logger } = parts
  const app = new Hono<ApiEnv>()

  app.get('/ws', async (c) => {
    demandOrigin(c, allowedOrigins)
    const guest = await guests(c)
    return await admitSocket(c, {
      lobby: hub.lobby,
      holder: guest.actor.userId,
      pass: guest,
      onOpen: (socket) => hub.join(socket, guest),
      onFailure: (err) => logger.error({ err }, 'an event socket failed'),
    })
  })

  return app
}
