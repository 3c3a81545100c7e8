import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { jsonOrNull } from './monitor-client.ts'

const Envelope = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()).default({}) })
/** One event of `/ws` as it came. */
export type StreamEvent = z.infer<typeof Envelope>

export interface EventStreamOptions {
  /** Address of the monitor. */
  url: string
  /** `renew` is true when the last token was refused. */
  token: (renew: boolean) => Promise<string>
  onEvent: (event: StreamEvent) => void
  /** Told when the socket opens and when it is lost. */
  onState?: (open: boolean) => void
  /** Ends it. */
  signal: AbortSignal
}

const retryMs = 500
const maxPayloadBytes = 1_048_576
const handshakeTimeoutMs = 5_000

/** Follows the events of a monitor until `signal`, over any number of lost sockets. Never rejects. */
export async function followEvents(options: EventStreamOptions): Promise<void> {
  const { url, token, onState, signal } = options
  let renew = false
  while (!signal.aborted) {
    try {
      await oneSocket({ ...options, address: `${url.replace(/^http/, 'ws')}/ws`, bearer: await token(renew) })
      renew = false
    } catch (error) {
      // A monitor that is away is waited for; only a refused token is worth another login.
      renew = error instanceof Error && error.message.includes('401')
    }
    onState?.(false)
    await delay(retryMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Resolves when the socket closes; rejects when it never opened. */
function oneSocket(options: EventStreamOptions & { address: string; bearer: string }): Promise<void> {
  const { address, bearer, onEvent, onState, signal } = options
  const socket = new WebSocket(address, {
    headers: { authorization: `Bearer ${bearer}` },
    maxPayload: maxPayloadBytes,
    handshakeTimeout: handshakeTimeoutMs,
    perMessageDeflate: false,
  })
  const end = (): void => socket.terminate()
  signal.addEventListener('abort', end, { once: true })
  return new Promise<void>((resolve, reject) => {
    socket.on('open', () => onState?.(true))
    socket.on('message', (data: Buffer) => {
      const event = Envelope.safeParse(jsonOrNull(data.toString('utf8')))
      if (event.success) onEvent(event.data)
    })
    socket.on('error', reject)
    socket.on('close', () => resolve())
  }).finally(() => signal.removeEventListener('abort', end))
}
