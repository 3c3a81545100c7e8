import type { Wire, WireListener } from './live-socket.ts'

/** What somebody who follows a server hears. */
export interface ServerListener {
  /** At every opening, the first and those after a break: ask anew for what is followed. */
  opened(ask: (type: string, data: object) => void): void
  message(type: string, data: Readonly<Record<string, unknown>>): void
  /** The way is broken; `opened` comes when it is whole again. */
  lost(): void
}

const firstPauseMs = 1_000
const longestPauseMs = 15_000

/**
 * The socket of one server (`/ws/servers/{id}`) for as long as something on it is followed: logs, a job. It comes back by
 * itself, with growing pauses. Returns how to end it.
 */
export function followServer(
  parts: {
    /** A one-time ticket; throws when none can be had now. */
    ticket: () => Promise<string>
    open: (ticket: string, listener: WireListener) => Wire
    later: (run: () => void, delayMs: number) => () => void
  },
  listener: ServerListener,
): () => void {
  let wire: Wire | null = null
  let ended = false
  let attempt = 0
  let asked = 0
  let cancelTimer = (): void => undefined

  function broken(): void {
    wire = null
    if (ended) return
    listener.lost()
    cancelTimer = parts.later(() => void connect(), Math.min(longestPauseMs, firstPauseMs * 2 ** attempt))
    attempt += 1
  }

  async function connect(): Promise<void> {
    let ticket: string
    try {
      ticket = await parts.ticket()
    } catch {
      return broken()
    }
    if (ended) return
    const opened = parts.open(ticket, {
      opened() {
        if (wire !== opened) return
        attempt = 0
        listener.opened((type, data) => {
          asked += 1
          if (wire === opened) opened.send(JSON.stringify({ type, data, request_id: `r${asked}` }))
        })
      },
      text(text) {
        const message = wire === opened && typeof text === 'string' ? readMessage(text) : null
        if (message) listener.message(message.type, message.data)
      },
      closed() {
        if (wire === opened) broken()
      },
    })
    wire = opened
  }

  void connect()
  return () => {
    ended = true
    cancelTimer()
    const old = wire
    wire = null
    old?.close()
  }
}

function readMessage(text: string): { type: string; data: Readonly<Record<string, unknown>> } | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(value) || typeof value['type'] !== 'string') return null
  return { type: value['type'], data: isObject(value['data']) ? value['data'] : {} }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
