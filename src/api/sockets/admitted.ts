import { upgradeWebSocket } from '@hono/node-server'
import { WebSocket } from 'ws'
import { forbidden, invalidRequest, rateLimited, serviceUnavailable } from '../../contract/errors.ts'
import { CloseCode } from '../../monitor/realtime/close-codes.ts'
import type { GuardedSocket, Pass } from '../../monitor/realtime/guarded-socket.ts'
import type { Lobby } from '../../monitor/realtime/lobby.ts'
import type { NoSeat, Seat, Seats } from '../../monitor/realtime/seats.ts'
import type { ApiContext } from '../http/api-env.ts'
import { isAllowedOrigin } from './origin.ts'

/** Throws FORBIDDEN for a page of another site, unless it is among `allowed`. */
export function demandOrigin(c: ApiContext, allowed: readonly string[]): void {
  if (isAllowedOrigin(c.req.header('origin'), c.req.header('host'), allowed)) return
  throw forbidden('不允许其他网站的页面连接', 'A page of another site may not connect', {
    details: { reason: 'origin' },
  })
}

/** Throws INVALID_REQUEST for what asks for no socket. */
export function demandUpgrade(c: ApiContext): void {
  if (c.req.header('upgrade')?.toLowerCase() === 'websocket' && 'wss' in c.env) return
  throw invalidRequest('此地址只接受 WebSocket 连接', 'This address only takes WebSocket connections', {
    headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
  })
}

/** Keeps a seat until the connection ends, however its opening goes. Throws RATE_LIMITED or SERVICE_UNAVAILABLE. */
export function takeSeat<Holder>(c: ApiContext, seats: Seats<Holder>, holder: Holder): Seat {
  const taken = seats.take(holder)
  if (!taken.ok) throw noSeat(taken.reason)
  c.env.incoming?.socket.once('close', taken.seat.release)
  return taken.seat
}

/**
 * Keeps a place for whoever knocks, opens the socket, and hands it over within its bounds. Throws RATE_LIMITED or
 * SERVICE_UNAVAILABLE when there is no place, INVALID_REQUEST for what asks for no socket.
 */
export async function admitSocket<Holder>(
  c: ApiContext,
  parts: {
    lobby: Lobby<Holder>
    holder: Holder
    pass: Pass
    onOpen: (socket: GuardedSocket) => void
    onFailure: (error: unknown) => void
  },
): Promise<Response> {
  const { lobby, holder, pass, onOpen, onFailure } = parts
  demandUpgrade(c)
  const admitted = lobby.admit(holder)
  if (!admitted.ok) throw noSeat(admitted.reason)
  const { place } = admitted
  // However the opening ends: when the connection is gone, the place is free.
  c.env.incoming?.socket.once('close', place.release)
  return await upgradeWebSocket(
    c,
    {
      onOpen(_event, { raw }) {
        if (!(raw instanceof WebSocket)) throw new Error('the WebSocket server of this node is not of the library ws')
        const socket = place.open(raw, pass)
        if (!socket) return
        try {
          onOpen(socket)
        } catch (error) {
          onFailure(error)
          socket.leave(CloseCode.TRY_AGAIN, 'not now: connect again')
        }
      },
    },
    { onError: onFailure },
  )
}

function noSeat(reason: NoSeat) {
  const headers = { 'Retry-After': '10' }
  if (reason === 'holder-full') {
    return rateLimited('此用户或地址的连接过多', 'This user or address has too many connections', { headers })
  }
  return serviceUnavailable('连接过多或服务正在停止', 'Too many connections, or the service is stopping', { headers })
}
