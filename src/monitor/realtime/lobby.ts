import { WebSocket } from 'ws'
import type { Logger } from '../../platform/logger.ts'
import { CloseCode } from './close-codes.ts'
import { type GuardedSocket, guardSocket, type Pass } from './guarded-socket.ts'
import { createSeats, type NoSeat } from './seats.ts'
import type { SocketLimits } from './socket-limits.ts'

/** A place kept for a socket that is being opened. */
export interface Place {
  /** The opened socket within its bounds; null when it may not stay or is gone already. */
  open(socket: WebSocket, pass: Pass): GuardedSocket | null
  /** The socket was not opened, or its connection has ended. May be called any number of times. */
  release(): void
}

/** All sockets of one kind, counted by who holds them: the number of a user, or an address. */
export interface Lobby<Holder> {
  /** Keeps a place before the socket is opened, so that refusing it costs nothing. */
  admit(holder: Holder): { ok: true; place: Place } | { ok: false; reason: NoSeat }
  /** Every token of this holder that was given until now is void. */
  voidOf(holder: Holder): void
  /** Every socket may have missed something: they are closed with 1013, and come back to read the state anew. */
  sendAnew(): void
  /** Closes all sockets with 1001 and takes no more; returns when they are gone. */
  close(): Promise<void>
}

export function createLobby<Holder extends string | number>(parts: {
  limits: SocketLimits
  clock: () => number
  logger: Logger
}): Lobby<Holder> {
  const { limits, clock, logger } = parts
  const seats = createSeats<Holder>(limits)
  const sockets = new Set<GuardedSocket>()
  const expiry = setInterval(() => {
    for (const socket of sockets) socket.checkExpiry()
  }, limits.expiryCheckMs)
  expiry.unref()

  return {
    admit(holder) {
      const taken = seats.take(holder)
      if (!taken.ok) return taken
      const { seat } = taken
      const place: Place = {
        release: seat.release,
        open(socket, pass) {
          if (socket.readyState !== WebSocket.OPEN) {
            socket.terminate()
            seat.release()
            return null
          }
          const onFailure = (err: unknown) => logger.debug({ err, holder }, 'a socket failed')
          const guarded = guardSocket({ socket, pass, limits, clock, onGone: seat.release, onFailure })
          sockets.add(guarded)
          guarded.onLeft(() => sockets.delete(guarded))
          seat.occupy((code, reason) => guarded.leave(code, reason))
          return guarded.isOpen() ? guarded : null
        },
      }
      return { ok: true, place }
    },
    voidOf: (holder) => seats.voidOf(holder),
    sendAnew() {
      for (const socket of [...sockets]) socket.leave(CloseCode.TRY_AGAIN, 'something may be missing: connect again')
    },
    async close() {
      clearInterval(expiry)
      await seats.close()
    },
  }
}
