import { upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import { WebSocket } from 'ws'
import { forbidden, invalidRequest, rateLimited, serviceUnavailable } from '../../contract/errors.ts'
import type { Guest } from '../../monitor/realtime/client.ts'
import type { Admission, Hub } from '../../monitor/realtime/hub.ts'
import type { NoSeat } from '../../monitor/realtime/seats.ts'
import type { Logger } from '../../platform/logger.ts'
import type { ApiContext, ApiEnv } from '../http/api-env.ts'
import { isAllowedOrigin } from './origin.ts'

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

  function admit(c: ApiContext, guest: Guest): Admission {
    const admitted = hub.admit(guest)
    if (!admitted.ok) throw noSeat(admitted.reason)
    // However the opening ends: when the connection is gone, the place is free.
    c.env.incoming?.socket.once('close', admitted.admission.release)
    return admitted.admission
  }

  app.get('/ws', async (c) => {
    if (!isAllowedOrigin(c.req.header('origin'), c.req.header('host'), allowedOrigins)) throw otherOrigin()
    const guest = await guests(c)
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket' || !('wss' in c.env)) throw notASocket()
    const admission = admit(c, guest)
    const onError = (err: unknown) => logger.error({ err }, 'an event socket failed')
    return await upgradeWebSocket(
      c,
      {
        onOpen(_, { raw }) {
          if (raw instanceof WebSocket) admission.connect(raw)
          else throw new Error('the WebSocket server of this node is not the one of the library ws')
        },
      },
      { onError },
    )
  })

  return app
}

export function otherOrigin() {
  return forbidden('不允许其他网站的页面连接', 'A page of another site may not connect', {
    details: { reason: 'origin' },
  })
}
export function notASocket() {
  return invalidRequest('此地址只接受 WebSocket 连接', 'This address only takes WebSocket connections', {
    headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
  })
}
function noSeat(reason: NoSeat) {
  const headers = { 'Retry-After': '10' }
  if (reason === 'holder-full')
    return rateLimited('此用户的连接过多', 'This user has too many connections', { headers })
  return serviceUnavailable('连接过多或服务正在停止', 'Too many connections, or the service is stopping', { headers })
}
