import type { DetachReason } from '../../../contract/operations/terminal.ts'
import { readTerminalText } from './terminal-text.ts'

/**
 * `connecting` until what was on the screen is there again: what is typed before goes nowhere. `waiting`: the connection was lost, or the node cannot be reached; it is tried again at `retryAtMs`. `detached`: the node
 * let go of us and the session may go on elsewhere. `ended`: its shell is over; `gone`: it is over and nobody knows how.
 */
export type LinkState =
  | { name: 'connecting' }
  | { name: 'open' }
  | { name: 'waiting'; retryAtMs: number; message: string | null }
  | { name: 'detached'; reason: DetachReason }
  | { name: 'ended'; code: number | null; signal: number | null }
  | { name: 'gone' }
  | { name: 'refused'; message: string }

/** Whether there is still a session to come back to, as the node says. */
export type Found =
  | { is: 'there' }
  | { is: 'gone' }
  | { is: 'refused'; message: string }
  | { is: 'away'; message: string }

export interface Wire {
  sendText(text: string): void
  sendBytes(bytes: Uint8Array<ArrayBuffer>): void
  close(): void
}
export interface WireListener {
  opened(): void
  text(text: string): void
  bytes(bytes: Uint8Array): void
  closed(): void
}

const firstPauseMs = 500
const longestPauseMs = 15_000
const heartbeatMs = 20_000
/** Without any word for so long the connection is dead, whatever the browser believes. */
const silenceMs = 45_000

/** The connection of one terminal. It comes back by itself as long as the session lives and nobody took it over. */
export function createTerminalLink(parts: {
  /** Asks the node before every attempt but that of a session that was made this moment. */
  find: () => Promise<Found>
  /** `again`: not the first attachment; who is still attached from before is sent away. Throws when no socket can be asked for. */
  open: (again: boolean, listener: WireListener) => Promise<Wire>
  /** The screen is to be cleared: what was on it comes again, `bytes` of it. Resolves when they are on it. */
  onReplay: (bytes: number) => Promise<void>
  onBytes: (bytes: Uint8Array) => void
  clock: () => number
  random: () => number
  later: (run: () => void, delayMs: number) => () => void
}) {
  const { clock, random, later } = parts
  const listeners = new Set<() => void>()
  let state: LinkState = { name: 'connecting' }
  let wire: Wire | null = null
  let size = { cols: 80, rows: 24 }
  let attempt = 0
  let heardAtMs = 0
  let cancelTimer = (): void => undefined
  /** Rises with every attempt and at the end: what belongs to an earlier one is dropped. */
  let era = 0

  function become(next: LinkState): void {
    state = next
    for (const listener of listeners) listener()
  }

  async function connect(isNew: boolean): Promise<void> {
    cancelTimer()
    era += 1
    const mine = era
    become({ name: 'connecting' })
    const found: Found = isNew ? { is: 'there' } : await parts.find()
    if (mine !== era) return
    if (found.is === 'gone') return become({ name: 'gone' })
    if (found.is === 'refused') return become({ name: 'refused', message: found.message })
    if (found.is === 'away') return retry(found.message)
    /** What the server said before it closed the socket; that, not the closing, is how it ended. */
    let lastWord: LinkState | null = null
    let failure: string | null = null
    const opened = await parts
      .open(!isNew, {
        opened() {
          if (mine !== era) return
          heardAtMs = clock()
          watch(mine)
        },
        text(text) {
          if (mine !== era) return
          heardAtMs = clock()
          const word = readTerminalText(text)
          if (word?.type === 'scrollback') {
            attempt = 0
            void parts.onReplay(word.bytes).then(() => {
              if (mine !== era || !wire) return
              become({ name: 'open' })
              tellSize()
            })
          } else if (word?.type === 'exit') lastWord = { name: 'ended', code: word.code, signal: word.signal }
          else if (word?.type === 'detached') lastWord = { name: 'detached', reason: word.reason }
          else if (word?.type === 'error') {
            failure = word.message
            lastWord = endingOf(word)
          }
        },
        bytes(bytes) {
          if (mine !== era) return
          heardAtMs = clock()
          parts.onBytes(bytes)
        },
        closed() {
          if (mine !== era) return
          wire = null
          cancelTimer()
          if (lastWord) become(lastWord)
          else retry(failure)
        },
      })
      .catch(() => null)
    if (mine !== era) opened?.close()
    else if (opened) wire = opened
    else retry(null)
  }

  function watch(mine: number): void {
    cancelTimer = later(() => {
      if (mine !== era || !wire) return
      if (clock() - heardAtMs > silenceMs) {
        // `onclose` of a dead connection may take minutes.
        drop()
        retry(null)
        return
      }
      wire.sendText('{"type":"heartbeat"}')
      watch(mine)
    }, heartbeatMs)
  }

  function retry(message: string | null): void {
    const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt)
    const pauseMs = Math.round(longest / 2 + (random() * longest) / 2)
    attempt += 1
    become({ name: 'waiting', retryAtMs: clock() + pauseMs, message })
    cancelTimer = later(() => void connect(false), pauseMs)
  }

  function drop(): void {
    era += 1
    cancelTimer()
    const old = wire
    wire = null
    old?.close()
  }

  function tellSize(): void {
    wire?.sendText(JSON.stringify({ type: 'resize', data: size }))
  }

  return {
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** `isNew`: the session was made this moment by us, so there is nothing to ask first. */
    start: (isNew: boolean) => void connect(isNew),
    /** Attaches again now: the pause is skipped, and who took it over is sent away. */
    again(): void {
      attempt = 0
      void connect(false)
    },
    /** The network is back, or the page is looked at again. */
    hurry(): void {
      if (state.name === 'waiting') void connect(false)
    },
    /** Keystrokes; what is typed while there is no connection is lost, and the banner says that there is none. */
    type(bytes: Uint8Array<ArrayBuffer>): void {
      if (state.name === 'open') wire?.sendBytes(bytes)
    },
    resize(cols: number, rows: number): void {
      if (cols === size.cols && rows === size.rows) return
      size = { cols, rows }
      if (state.name === 'open') tellSize()
    },
    /** Lets go of the session, which lives on for a while. */
    stop: drop,
  }
}
export type TerminalLink = ReturnType<typeof createTerminalLink>

/** What an error of the socket means for the session; null: it is worth another attempt. */
function endingOf({ code, message }: { code: string; message: string }): LinkState | null {
  if (code === 'NOT_FOUND') return { name: 'gone' }
  if (code === 'CONFLICT') return { name: 'detached', reason: 'taken_over' }
  return code === 'FORBIDDEN' || code === 'INVALID_REQUEST' ? { name: 'refused', message } : null
}
