import type { RawData, WebSocket } from 'ws'
import { startHeartbeat } from '../../tree/link/heartbeat.ts'
import { CloseCode } from './close-codes.ts'
import { createMessageRate } from './message-rate.ts'
import type { SocketLimits } from './socket-limits.ts'

/** What lets a socket in, and for how long. */
export interface Pass {
  /** When the credential ends, in unix ms. */
  endsAtMs: number
  /** Whether the credential still holds; asked now and then, because a change may have been made elsewhere. */
  stillValid: () => Promise<boolean>
}

/** A socket that keeps its bounds: time, size, rate, signs of life, and what may wait for it. */
export interface GuardedSocket {
  /** Sends a text that was encoded already. A client that does not take what waits for it is closed with 4408. */
  send(text: Buffer): void
  /** As `send`; resolves when so little waits that more may follow. For what comes as fast as it is taken. */
  sendPaced(text: Buffer): Promise<void>
  /** Closes the socket with a reason, and by force when the other end does not answer. */
  leave(code: CloseCode, reason: string): void
  /** Closes with 4401 when the token has ended. */
  checkExpiry(): void
  isOpen(): boolean
  /** Takes what the client says; null for what is no text. */
  onText(hear: (text: string | null) => void): void
  /** Told once: nothing more can be sent. */
  onLeft(tell: () => void): void
}

/** Keeps the bounds of one open socket. `onGone`: the connection has ended. */
export function guardSocket(parts: {
  socket: WebSocket
  pass: Pass
  limits: SocketLimits
  clock: () => number
  onGone: () => void
  onFailure: (error: unknown) => void
}): GuardedSocket {
  const { socket, pass, limits, clock, onGone, onFailure } = parts
  const { maxMessagesPerSecond, maxBufferedBytes, maxFrameBytes, pingIntervalMs, closeGraceMs } = limits
  const rate = createMessageRate({ maxPerSecond: maxMessagesPerSecond, clock })
  const leaving: Array<() => void> = []
  let hear: (text: string | null) => void = () => undefined
  let forced: NodeJS.Timeout | undefined
  let left = false

  function end(): void {
    if (left) return
    left = true
    heartbeat.stop()
    for (const tell of leaving) tell()
  }

  const guarded: GuardedSocket = {
    send(text) {
      guarded.checkExpiry()
      if (left) return
      if (socket.bufferedAmount <= maxBufferedBytes) return socket.send(text, { binary: false })
      guarded.leave(CloseCode.TOO_SLOW, `too slow: more than ${maxBufferedBytes} bytes wait`)
    },
    async sendPaced(text) {
      guarded.checkExpiry()
      if (left) return
      await new Promise<void>((resolve) => {
        const isBehind = socket.bufferedAmount > maxBufferedBytes / 4
        socket.send(text, { binary: false }, () => resolve())
        if (!isBehind) resolve()
      })
    },
    leave(code, reason) {
      if (left) return
      end()
      socket.close(code, reason)
      forced = setTimeout(() => socket.terminate(), closeGraceMs)
    },
    checkExpiry() {
      if (clock() >= pass.endsAtMs) guarded.leave(CloseCode.UNAUTHORIZED, 'the token has expired')
    },
    isOpen: () => !left,
    onText: (listener) => void (hear = listener),
    onLeft: (tell) => void leaving.push(tell),
  }

  const heartbeat = startHeartbeat({
    intervalMs: pingIntervalMs,
    maxMissed: 1,
    ping() {
      socket.ping()
      void checkPass()
    },
    onDead: () => socket.terminate(),
  })

  async function checkPass(): Promise<void> {
    try {
      if (!(await pass.stillValid())) guarded.leave(CloseCode.UNAUTHORIZED, 'the token is void')
    } catch (error) {
      // Not known now: the next check, the change itself or the end of the token will tell.
      onFailure(error)
    }
  }

  function heard(sizeBytes: number): boolean {
    heartbeat.heard()
    if (sizeBytes > maxFrameBytes) guarded.leave(CloseCode.TOO_LONG, `longer than ${maxFrameBytes} bytes`)
    else if (!rate.allows()) guarded.leave(CloseCode.MISUSE, `more than ${maxMessagesPerSecond} messages a second`)
    return !left
  }

  function take(data: RawData, isBinary: boolean): void {
    guarded.checkExpiry()
    if (!left) hear(isBinary || !Buffer.isBuffer(data) ? null : data.toString('utf8'))
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
    guarded.leave(CloseCode.MISUSE, 'not a frame')
  })
  socket.on('close', () => {
    clearTimeout(forced)
    end()
    onGone()
  })
  void checkPass()
  return guarded
}
