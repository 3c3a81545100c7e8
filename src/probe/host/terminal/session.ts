import { conflict, invalidRequest } from '../../../contract/errors.ts'
import {
  MalformedTerminalStream,
  createTerminalReader,
  encodeTerminalData,
  encodeTerminalNote,
} from '../../../contract/operations/terminal-frames.ts'
import type {
  DetachReason,
  TerminalNote,
  TerminalSession,
  TerminalSize,
} from '../../../contract/operations/terminal.ts'
import type { Stream } from '../../../tree/link/stream.ts'
import { type Outlet, createOutlet } from './outlet.ts'
import { type PtyExit, type PtyOptions, openPty } from './pty.ts'
import type { Recording } from './recording.ts'
import { createScrollback } from './scrollback.ts'
import type { SessionTimes } from './session-end.ts'
import { endSession } from './session-processes.ts'

/** A terminal that outlives the connection it is used over. */
export interface Session {
  view(): TerminalSession
  times(): SessionTimes
  /**
   * Connects a stream until the person leaves, the stream is lost, another takes over or the program ends. Rejects with
   * CONFLICT when somebody is attached, INVALID_REQUEST when what comes is no terminal stream.
   */
  attach(stream: Stream, options: { takeOver: boolean; size: TerminalSize | null }): Promise<void>
  /** Ends everything in the terminal. */
  end(reason: DetachReason, options: { killAfterMs: number }): Promise<void>
}

export interface SessionOptions {
  sessionId: string
  createdBy: string
  username: string
  shell: string
  pty: Omit<PtyOptions, 'onData' | 'onExit'>
  scrollbackBytes: number
  recording: Recording | null
  clock: () => number
  /** The program has ended and whoever was attached was told so: nobody needs the session any more. */
  onOver(): void
}

/** Above this the terminal is held back until whoever is attached has caught up. */
const HIGH_WATER_BYTES = 65_536
/** What nobody watches is read at 4 MiB/s at most, so that it takes no time from what somebody does. */
const PACE_BYTES = 65_536
const PACE_MS = 16

interface Attachment {
  outlet: Outlet
  /** Ends it from this side. */
  leave: AbortController
}

export function createSession(options: SessionOptions): Session {
  const { clock, recording } = options
  const scrollback = createScrollback(options.scrollbackBytes)
  const createdAtMs = clock()
  const size: TerminalSize = { cols: options.pty.cols, rows: options.pty.rows }
  let lastActivityAtMs = createdAtMs
  let detachedSinceMs: number | null = createdAtMs
  let everAttached = false
  let attachment: Attachment | null = null
  let exit: PtyExit | null = null
  let unwatchedBytes = 0
  let pacing: NodeJS.Timeout | undefined

  const pty = openPty({ ...options.pty, onData, onExit })

  function holdBack(): void {
    pty.setPaused(attachment ? attachment.outlet.pendingBytes() >= HIGH_WATER_BYTES : pacing !== undefined)
  }

  function pace(bytes: number): void {
    unwatchedBytes += bytes
    if (unwatchedBytes < PACE_BYTES || pacing !== undefined) return
    unwatchedBytes = 0
    pacing = setTimeout(() => {
      pacing = undefined
      holdBack()
    }, PACE_MS)
  }

  function onData(bytes: Uint8Array): void {
    lastActivityAtMs = clock()
    scrollback.append(bytes)
    recording?.output(bytes)
    if (attachment) attachment.outlet.push(encodeTerminalData(bytes))
    else pace(bytes.length)
    holdBack()
  }

  function onExit(how: PtyExit): void {
    exit = how
    clearTimeout(pacing)
    recording?.close()
    if (!attachment) return
    leave(attachment, exitNote(how))
  }

  /** Says the last word; what is still on its way goes first. */
  function leave(each: Attachment, lastNote: TerminalNote): void {
    each.outlet.push(encodeTerminalNote(lastNote))
    each.leave.abort()
  }

  function detach(each: Attachment): void {
    each.outlet.drop()
    if (attachment !== each) return
    attachment = null
    detachedSinceMs = clock()
    holdBack()
  }

  function resize({ cols, rows }: TerminalSize): void {
    Object.assign(size, { cols, rows })
    pty.resize(cols, rows)
    recording?.resize(cols, rows)
  }

  /** Keystrokes in the order they came, each chunk waiting until the terminal has taken the one before. */
  async function typeIn(stream: Stream, signal: AbortSignal): Promise<void> {
    const read = createTerminalReader()
    for (let chunk = await stream.read(); chunk !== null && !signal.aborted; chunk = await stream.read()) {
      for (const part of read(chunk)) {
        if (signal.aborted) return
        lastActivityAtMs = clock()
        if (part.type === 'data') await pty.write(part.bytes, signal)
        else if (part.note.type === 'resize') resize(part.note)
      }
    }
  }

  return {
    view: () => ({
      session_id: options.sessionId,
      state: exit ? 'exited' : 'running',
      shell: options.shell,
      working_dir: options.pty.cwd,
      username: options.username,
      created_by: options.createdBy,
      pid: pty.pid,
      ...size,
      created_at: new Date(createdAtMs).toISOString(),
      last_activity_at: new Date(lastActivityAtMs).toISOString(),
      attached: attachment !== null,
      recording: recording !== null,
      exit_code: exit?.code ?? null,
      exit_signal: exit?.signal ?? null,
    }),
    times: () => ({ createdAtMs, lastActivityAtMs, detachedSinceMs, everAttached, exited: exit !== null }),
    async attach(stream, { takeOver, size: wanted }) {
      if (attachment && !takeOver)
        throw conflict('该终端会话已有连接', 'somebody is attached to this session: detach there, or take it over')
      if (attachment) {
        const before = attachment
        attachment = null
        leave(before, { type: 'detached', reason: 'taken_over' })
      }
      const outlet = createOutlet({ write: (bytes) => stream.write(bytes), onRoom: holdBack })
      const mine: Attachment = { outlet, leave: new AbortController() }
      attachment = mine
      everAttached = true
      detachedSinceMs = null
      const { bytes, truncated } = scrollback.snapshot()
      outlet.push(encodeTerminalNote({ type: 'scrollback', bytes: bytes.length, truncated }))
      outlet.push(encodeTerminalData(bytes))
      if (exit) leave(mine, exitNote(exit))
      else if (wanted) resize(wanted)
      holdBack()
      let sawEnd = false
      try {
        const typing = typeIn(stream, mine.leave.signal)
        const gone = await Promise.race([typing.then(() => 'person' as const), left(mine.leave.signal), lost(stream)])
        if (gone === 'node') await Promise.race([outlet.drained(), stream.closed])
        sawEnd = gone === 'node' && exit !== null && !stream.signal.aborted
      } catch (error) {
        if (!stream.signal.aborted) throw explained(error)
      } finally {
        mine.leave.abort()
        detach(mine)
        if (sawEnd) options.onOver()
      }
    },
    async end(reason, { killAfterMs }) {
      if (attachment) leave(attachment, { type: 'detached', reason })
      clearTimeout(pacing)
      if (!exit) await endSession(pty.pid, { killAfterMs })
      pty.close()
      recording?.close()
    },
  }
}

const exitNote = ({ code, signal }: PtyExit): TerminalNote => ({ type: 'exit', code, signal })

function left(signal: AbortSignal): Promise<'node'> {
  if (signal.aborted) return Promise.resolve('node')
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('node'), { once: true }))
}

/** A broken stream is a lost connection, not a fault: the session goes on. */
async function lost(stream: Stream): Promise<'stream'> {
  await stream.closed
  return 'stream'
}

function explained(error: unknown): unknown {
  if (!(error instanceof MalformedTerminalStream)) return error
  return invalidRequest('终端数据流格式错误', error.message, { cause: error })
}
