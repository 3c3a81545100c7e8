import type { RawData, WebSocket } from 'ws'
import type { PublicText } from '../../contract/errors.ts'
import { startHeartbeat } from '../../tree/link/heartbeat.ts'
import type { UserActor } from '../auth/actor.ts'
import { notText, readMessage } from './client-message.ts'
import { CloseCode } from './close-codes.ts'
import { type Filter, filterOf, filterView } from './filter.ts'
import type { HubLimits } from './hub-limits.ts'
import { createMessageRate } from './message-rate.ts'

/** Who comes in, and for how long. */
export interface Guest {
  actor: UserActor
  /** When the credential ends, in unix ms. */
  endsAtMs: number
  /** Whether the credential still holds; asked now and then, because a change may have been made elsewhere. */
  stillValid: () => Promise<boolean>
  language: keyof PublicText
}

export interface Client {
  readonly actor: UserActor
  filter(): Filter
  /** Sends a text that was encoded already. A client that does not take what waits for it is closed with 4408. */
  send(text: Buffer): void
  /** Closes the socket with a reason, and by force when the other end does not answer. */
  leave(code: CloseCode, reason: string): void
  /** Closes with 4401 when the token has ended. */
  checkExpiry(): void
}

/** One event socket: answers what the client says, and keeps the bounds. `onLeft`: no more events; `onGone`: closed. */
export function createClient(parts: {
  socket: WebSocket
  guest: Guest
  limits: HubLimits
  clock: () => number
  onLeft: (client: Client) => void
  onGone: () => void
  onFailure: (error: unknown) => void
}): Client {
  const { socket, guest, limits, clock, onLeft, onGone, onFailure } = parts
  const { maxMessagesPerSecond, maxBufferedBytes, maxFrameBytes, pingIntervalMs, closeGraceMs } = limits
  const rate = createMessageRate({ maxPerSecond: maxMessagesPerSecond, clock })
  let filter: Filter = {}
  let forced: NodeJS.Timeout | undefined
  let left = false

  const client: Client = {
    actor: guest.actor,
    filter: () => filter,
    send(text) {
      client.checkExpiry()
      if (left) return
      if (socket.bufferedAmount <= maxBufferedBytes) return socket.send(text, { binary: false })
      client.leave(CloseCode.TOO_SLOW, `too slow: more than ${maxBufferedBytes} bytes wait`)
    },
    leave(code, reason) {
      if (left) return
      left = true
      heartbeat.stop()
      onLeft(client)
      socket.close(code, reason)
      forced = setTimeout(() => socket.terminate(), closeGraceMs)
    },
    checkExpiry() {
      if (clock() >= guest.endsAtMs) client.leave(CloseCode.UNAUTHORIZED, 'the token has expired')
    },
  }

  const heartbeat = startHeartbeat({
    intervalMs: pingIntervalMs,
    maxMissed: 1,
    ping() {
      socket.ping()
      void checkToken()
    },
    onDead: () => socket.terminate(),
  })

  async function checkToken(): Promise<void> {
    try {
      if (!(await guest.stillValid())) client.leave(CloseCode.UNAUTHORIZED, 'the token is void')
    } catch (error) {
      // Not known now: the next check, the change itself or the end of the token will tell.
      onFailure(error)
    }
  }

  const answer = (message: object) =>
    client.send(Buffer.from(JSON.stringify({ ...message, timestamp: new Date(clock()).toISOString() })))
  const refuse = (text: PublicText) =>
    answer({ type: 'error', data: { code: 'INVALID_REQUEST', message: text[guest.language] } })

  function take(data: RawData, isBinary: boolean): void {
    if (isBinary || !Buffer.isBuffer(data)) return refuse(notText)
    const read = readMessage(data.toString('utf8'))
    if (!read.ok) return refuse(read.text)
    if (read.message.type === 'ping') return answer({ type: 'pong' })
    filter = filterOf(read.message)
    answer({ type: 'subscribed', data: filterView(filter) })
  }

  function heard(sizeBytes: number): boolean {
    heartbeat.heard()
    if (sizeBytes > maxFrameBytes) client.leave(CloseCode.TOO_LONG, `longer than ${maxFrameBytes} bytes`)
    else if (!rate.allows()) client.leave(CloseCode.MISUSE, `more than ${maxMessagesPerSecond} messages a second`)
    return !left
  }

  socket.on('message', (data, isBinary) => {
    const sizeBytes = Array.isArray(data) ? Infinity : data.byteLength
    if (!left && heard(sizeBytes)) take(data, isBinary)
  })
  socket.on('ping', (data) => void heard(data.byteLength))
  socket.on('pong', () => heartbeat.heard())
  socket.on('error', (error) => {
    onFailure(error)
    // The library has said why with a code of its own; this sees to it that the socket goes.
    client.leave(CloseCode.MISUSE, 'not a frame')
  })
  socket.on('close', () => {
    clearTimeout(forced)
    heartbeat.stop()
    if (!left) onLeft(client)
    left = true
    onGone()
  })
  void checkToken()
  return client
}
