import { type LiveEvent, readEvent } from './live-event.ts'

/**
 * `live`: events arrive, and what is shown is whole. `catching-up`: events arrive, what was missed is being read.
 * `connecting`: the first attempt, or a next one. `waiting`: until `retryAtMs`.
 */
export type LiveState =
  | { name: 'connecting' }
  | { name: 'catching-up' }
  | { name: 'live' }
  | { name: 'waiting'; retryAtMs: number; reason: 'network' | 'slow' }
  | { name: 'stopped' }

/** What is used of a WebSocket. */
export interface Wire {
  send(text: string): void
  close(): void
}
/** What a wire tells. */
export interface WireListener {
  opened(): void
  text(data: unknown): void
  closed(code: number): void
}

const firstPauseMs = 1_000
const longestPauseMs = 30_000
const pingIntervalMs = 20_000
/** Without any word for so long the connection is dead, whatever the browser believes. */
const silenceMs = 45_000
/** Close codes of the server (`src/monitor/realtime/close-codes.ts`). */
const unauthorized = 4401
const tooSlow = 4408

/**
 * The one socket of a tab. It comes back by itself, with growing pauses and jitter, so that a monitor that restarts is not
 * overrun; after every opening it catches up, because the server keeps no events for who was away.
 */
export function createLiveSocket(parts: {
  /** A one-time ticket; throws when none can be had now. */
  ticket: () => Promise<string>
  open: (ticket: string, listener: WireListener) => Wire
  onEvent: (event: LiveEvent) => void
  /** Reads anew all that may have changed unseen. */
  catchUp: () => Promise<void>
  clock: () => number
  random: () => number
  later: (run: () => void, delayMs: number) => () => void
}) {
  const { clock, random, later } = parts
  const listeners = new Set<() => void>()
  let state: LiveState = { name: 'stopped' }
  let wire: Wire | null = null
  let attempt = 0
  let heardAtMs = 0
  let behindSinceMs: number | null = null
  let cancelTimer = (): void => undefined
  /** Rises with every start and stop: what belongs to an earlier one is dropped. */
  let era = 0

  function become(next: LiveState): void {
    if (next.name === 'live' || next.name === 'stopped') behindSinceMs = null
    else if (state.name === 'live') behindSinceMs = heardAtMs
    state = next
    for (const listener of listeners) listener()
  }

  async function connect(): Promise<void> {
    const mine = era
    become({ name: 'connecting' })
    let ticket: string
    try {
      ticket = await parts.ticket()
    } catch {
      if (mine === era) retry('network')
      return
    }
    if (mine !== era) return
    const opened = parts.open(ticket, {
      opened() {
        if (wire !== opened) return
        heardAtMs = clock()
        watch(opened)
        become({ name: 'catching-up' })
        void catchUp(opened)
      },
      text(data) {
        heardAtMs = clock()
        const event = wire === opened && typeof data === 'string' ? readEvent(data) : null
        if (event) parts.onEvent(event)
      },
      closed(code) {
        if (wire !== opened) return
        wire = null
        cancelTimer()
        // The ticket's time was up: at once with a new one. Signing out stops this socket from elsewhere.
        if (code === unauthorized && attempt === 0) {
          attempt = 1
          void connect()
        } else retry(code === tooSlow ? 'slow' : 'network')
      },
    })
    wire = opened
  }

  async function catchUp(opened: Wire): Promise<void> {
    try {
      await parts.catchUp()
      if (wire !== opened) return
      attempt = 0
      become({ name: 'live' })
    } catch {
      // Not whole: by connecting again it is tried again.
      if (wire === opened) opened.close()
    }
  }

  function watch(opened: Wire): void {
    cancelTimer = later(() => {
      if (wire !== opened) return
      if (clock() - heardAtMs > silenceMs) {
        // `onclose` of a dead connection may take minutes.
        wire = null
        opened.close()
        retry('network')
        return
      }
      opened.send('{"type":"ping"}')
      watch(opened)
    }, pingIntervalMs)
  }

  function retry(reason: 'network' | 'slow'): void {
    const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt)
    const pauseMs = Math.round(longest / 2 + (random() * longest) / 2)
    attempt += 1
    become({ name: 'waiting', retryAtMs: clock() + pauseMs, reason })
    cancelTimer = later(() => void connect(), pauseMs)
  }

  function drop(): void {
    era += 1
    cancelTimer()
    const old = wire
    wire = null
    old?.close()
  }

  return {
    state: () => state,
    /** Of when the last is that was heard while it was live; null while it is, and before it ever was. */
    behindSinceMs: () => behindSinceMs,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    start(): void {
      drop()
      attempt = 0
      void connect()
    },
    /** Without waiting for the pause: the network is back, or the person says so. */
    retryNow(): void {
      if (state.name !== 'waiting') return
      cancelTimer()
      void connect()
    },
    stop(): void {
      drop()
      become({ name: 'stopped' })
    },
  }
}
