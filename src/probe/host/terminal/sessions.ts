import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { conflict, notFound, serviceUnavailable } from '../../../contract/errors.ts'
import type { DetachReason, TerminalCreateParams, TerminalSession } from '../../../contract/operations/terminal.ts'
import { sessionRef } from '../../../lib/session-ref.ts'
import { within } from '../../../lib/within.ts'
import type { Logger } from '../../../platform/logger.ts'
import { asUser, loginEnvironment } from './login.ts'
import { oldRecordings, recordingName } from './old-recordings.ts'
import { choosePlace } from './place.ts'
import { startRecording } from './recording.ts'
import { type Session, createSession } from './session.ts'
import { type TerminalLimits, defaultTerminalLimits, whyEnd, whyNoRoom } from './session-end.ts'
import { foregroundProgram, workingFolder } from './session-processes.ts'

export interface Sessions {
  /** Starts a shell. Throws CONFLICT when the id is taken or a limit is reached, and what `choosePlace` throws. */
  create(params: TerminalCreateParams, createdBy: string): TerminalSession
  /** Throws NOT_FOUND. */
  get(sessionId: string): Session
  list(createdBy?: string): TerminalSession[]
  /** Ends everything in the terminal. Throws NOT_FOUND. */
  remove(sessionId: string): Promise<void>
  /** Where the program in the foreground works now. Throws NOT_FOUND. */
  workingFolder(sessionId: string): string
  /** What runs in front of the shell; null when nothing does. Throws NOT_FOUND. */
  foreground(sessionId: string): string | null
  /** Ends what has lived too long; called every second by itself. */
  sweep(): void
  /** Ends all of them. */
  stop(): Promise<void>
}

export interface SessionsOptions {
  clock: () => number
  logger: Logger
  limits?: Partial<TerminalLimits>
  /** User of the host; null: the user of this node, which for root is root. */
  runAs: string | null
  /** Null: nothing is recorded. The newest `maxFiles` of at most `maxBytes` each are kept, none longer than `keepMs`. */
  recording: { folder: string; maxBytes: number; maxFiles: number; keepMs: number } | null
}

const SWEEP_MS = 1000
/** Recordings that are too old go this often, also when nobody opens a terminal. */
const FORGET_MS = 3_600_000
const KILL_AFTER_MS = 2000
/** The node has 5 s for everything. */
const KILL_AFTER_AT_STOP_MS = 1000
const STOP_MS = 2500

/** The terminals of this host. */
export function createSessions(options: SessionsOptions): Sessions {
  const { clock, logger, runAs } = options
  const limits = { ...defaultTerminalLimits, ...options.limits }
  const nodeUid = process.getuid?.() ?? 0
  const sessions = new Map<string, Session>()
  let stopping = false
  let forgottenAtMs = 0

  function get(sessionId: string): Session {
    const session = sessions.get(sessionId)
    if (!session)
      throw notFound('没有该终端会话，它可能已经结束', 'there is no such terminal session: it may have ended')
    return session
  }

  async function end(sessionId: string, reason: DetachReason, killAfterMs: number): Promise<void> {
    const session = sessions.get(sessionId)
    // Out of the table first: what is about to end can neither be attached to nor counted.
    sessions.delete(sessionId)
    await session?.end(reason, { killAfterMs })
  }

  /** Shells that have ended wait for whoever comes back, but not more of them than may run. */
  function dropEnded(): void {
    const ended = [...sessions].filter(
      ([, session]) => session.times().exited && session.times().detachedSinceMs !== null,
    )
    for (const [sessionId] of ended.slice(0, Math.max(0, ended.length - limits.maxSessions + 1)))
      sessions.delete(sessionId)
  }

  function makeRoom(createdBy: string): void {
    dropEnded()
    const running = [...sessions.values()]
      .filter((session) => !session.times().exited)
      .map((session) => ({ createdBy: session.view().created_by }))
    const full = whyNoRoom(running, createdBy, limits)
    if (!full) return
    const details = { limit: full.whose, max: full.max }
    if (full.whose === 'node')
      throw conflict('该节点的终端数量已达上限', 'this node has as many terminals as it allows: close one', { details })
    throw conflict('您的终端数量已达上限，请先关闭一个', 'you have as many terminals as allowed: close one', {
      details,
    })
  }

  function forgetRecordings(maxFiles: number): void {
    forgottenAtMs = clock()
    if (!options.recording || !existsSync(options.recording.folder)) return
    const { folder, keepMs } = options.recording
    for (const name of oldRecordings(readdirSync(folder), { nowMs: clock(), keepMs, maxFiles }))
      rmSync(join(folder, name), { force: true })
  }

  function record(sessionId: string, shell: string, cols: number, rows: number) {
    if (!options.recording) return null
    const { folder, maxBytes, maxFiles } = options.recording
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    forgetRecordings(maxFiles - 1)
    const file = join(folder, recordingName(clock(), sessionRef(sessionId)))
    return startRecording({ file, cols, rows, shell, maxBytes, clock, logger })
  }

  function sweep(): void {
    if (options.recording && clock() - forgottenAtMs >= FORGET_MS) forgetRecordings(options.recording.maxFiles)
    for (const [sessionId, session] of sessions) {
      const why = whyEnd(session.times(), clock(), limits)
      if (why === null) continue
      logger.info({ session: sessionRef(sessionId), why }, 'a terminal is ended')
      end(sessionId, 'idle', KILL_AFTER_MS).catch((err: unknown) => logger.error({ err }, 'a terminal did not end'))
    }
  }

  const sweeping = setInterval(sweep, SWEEP_MS)
  sweeping.unref()

  return {
    create({ session_id, cols, rows, ...wanted }, createdBy) {
      if (stopping) throw serviceUnavailable('节点正在停止', 'the node is stopping')
      if (sessions.has(session_id)) throw conflict('会话已存在', 'there is a session of that id')
      makeRoom(createdBy)
      const { user, shell, folder } = choosePlace(wanted, { runAs, nodeUid })
      const recording = record(session_id, shell, cols, rows)
      const start = () =>
        createSession({
          sessionId: session_id,
          createdBy,
          username: user.username,
          shell,
          pty: {
            argv: asUser(user, nodeUid, [shell, '-l']),
            env: loginEnvironment(user, shell, process.env),
            cwd: folder,
            cols,
            rows,
            ownerUid: user.uid === nodeUid ? null : user.uid,
          },
          scrollbackBytes: limits.scrollbackBytes,
          recording,
          clock,
          onOver: () => sessions.delete(session_id),
        })
      const session = orElse(start, () => recording?.close())
      sessions.set(session_id, session)
      return session.view()
    },
    get,
    list: (createdBy) =>
      [...sessions.values()]
        .map((session) => session.view())
        .filter((view) => createdBy === undefined || view.created_by === createdBy),
    remove(sessionId) {
      get(sessionId)
      return end(sessionId, 'deleted', KILL_AFTER_MS)
    },
    workingFolder(sessionId) {
      const { pid, state } = get(sessionId).view()
      const folder = state === 'running' ? workingFolder(pid) : null
      if (folder === null) throw notFound('会话已结束，无工作目录', 'the session has ended: it works nowhere any more')
      return folder
    },
    foreground(sessionId) {
      const { pid, state } = get(sessionId).view()
      return state === 'running' ? foregroundProgram(pid) : null
    },
    sweep,
    async stop() {
      stopping = true
      clearInterval(sweeping)
      const ends = [...sessions.keys()].map((sessionId) => end(sessionId, 'stopping', KILL_AFTER_AT_STOP_MS))
      await within(Promise.allSettled(ends), STOP_MS)
    },
  }
}

/** What `start` throws goes on, after `undo`. */
function orElse<T>(start: () => T, undo: () => void): T {
  try {
    return start()
  } catch (error) {
    undo()
    throw error
  }
}
