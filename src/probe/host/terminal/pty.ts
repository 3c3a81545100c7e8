import { chownSync, readSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { ReadStream } from 'node:tty'
import { serviceUnavailable } from '../../../contract/errors.ts'
import { nativePty } from './native-pty.ts'

export interface PtyOptions {
  argv: readonly [string, ...string[]]
  env: Record<string, string>
  cwd: string
  cols: number
  rows: number
  /** Who may open the terminal by its name, when that is not the user of this node. */
  ownerUid: number | null
  /** `bytes` are valid during the call only: the next ones come into the same memory. */
  onData(bytes: Uint8Array): void
  /** Once, after the last byte of output was handed over. */
  onExit(exit: PtyExit): void
}

export interface PtyExit {
  /** Null when a signal ended it. */
  code: number | null
  signal: number | null
}

/** A process in a terminal of its own, leader of a session whose id is its pid. */
export interface Pty {
  readonly pid: number
  /** While paused nothing is read, and what writes to the terminal waits. */
  setPaused(paused: boolean): void
  /**
   * Resolves when the terminal has taken all of it, or `signal` is aborted; what the program does not read holds back
   * whoever awaits. Writes are kept in order by awaiting one before the next. What a terminal that is over is given is
   * thrown away.
   */
  write(bytes: Uint8Array, signal: AbortSignal): Promise<void>
  resize(cols: number, rows: number): void
  /** Lets go of the terminal: what is still in it gets a hang-up. */
  close(): void
}

/**
 * What is read at once, at most. The kernel hands a terminal's output out in pieces of 4 KiB; each of them on its own, in
 * memory of its own, costs more than all else that is done with it.
 */
const READ_BYTES = 28_672
/** A first piece of this size is no echo and no line but part of a transfer: there will be more behind it. */
const TRANSFER_BYTES = 2_048
/**
 * How long it may take to read that. On a busy host each further piece may have to wait until the kernel has carried it
 * over, and somebody else's keystroke would wait behind all of them.
 */
const READ_MS = 1

/** How long a terminal that takes no input is left alone before it is tried again. */
const FULL_WAIT_MS = 10
/** After the end of the process: when nothing came for this long, nothing will. */
const QUIET_MS = 200
/** What is read after the end of the process: more than the kernel can have kept of it comes from somebody else. */
const MAX_LEFT_BYTES = 262_144

/**
 * Opens a terminal. We use node-pty's native fork and not its JavaScript, which throws away what a paused terminal still
 * holds 200 ms after its process ended, and whose writes spin on the event loop when the program does not read.
 */
export function openPty(options: PtyOptions): Pty {
  const { argv, env, cwd, cols, rows, ownerUid, onData, onExit } = options
  const [file, ...args] = argv
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  let exit: PtyExit | null = null
  let over = false
  let paused = false
  let left = 0
  let quiet: NodeJS.Timeout | undefined

  const native = nativePty()
  function onEnded(code: number, signal: number): void {
    exit = signal === 0 ? { code, signal: null } : { code: null, signal }
    if (over) onExit(exit)
    else awaitQuiet()
  }

  const { fd, pid, pty } = forked(() => native.fork(file, args, pairs, cwd, cols, rows, -1, -1, false, '', onEnded))
  if (ownerUid !== null) chownSync(pty, ownerUid, -1)
  const output = readInto(Buffer.allocUnsafe(READ_BYTES), fd, onRead)

  /** A child that the process left behind may keep the terminal open for ever: it is not waited for. */
  function awaitQuiet(): void {
    clearTimeout(quiet)
    if (exit !== null && !paused && !over) quiet = setTimeout(finish, QUIET_MS)
  }

  function finish(): void {
    if (over) return
    over = true
    clearTimeout(quiet)
    output.destroy()
    if (exit !== null) onExit(exit)
  }

  function onRead(size: number, buffer: Uint8Array): boolean {
    const bytes = buffer.subarray(0, size < TRANSFER_BYTES ? size : readOn(fd, buffer, size))
    onData(bytes)
    if (exit !== null) left += bytes.length
    if (left > MAX_LEFT_BYTES) finish()
    else awaitQuiet()
    return !paused
  }

  // EIO is how a terminal says that nobody has its other side open any more.
  output.on('error', finish)
  output.on('close', finish)
  output.resume()

  return {
    pid,
    setPaused(next) {
      if (over || next === paused) return
      paused = next
      if (paused) output.pause()
      else output.resume()
      awaitQuiet()
    },
    async write(bytes, signal) {
      for (let rest = bytes; rest.length > 0 && !over && !signal.aborted;) {
        const written = writeSome(fd, rest)
        rest = rest.subarray(written)
        if (written === 0) await delay(FULL_WAIT_MS)
      }
    },
    resize(nextCols, nextRows) {
      if (!over) native.resize(fd, nextCols, nextRows)
    },
    close: finish,
  }
}

/** The host may be out of terminals or of processes. */
function forked<T>(fork: () => T): T {
  try {
    return fork()
  } catch (cause) {
    throw serviceUnavailable('节点无法打开新的终端', 'the node cannot open another terminal: see its log', { cause })
  }
}

/** The types of Node know the constructor without its second argument. `onRead` says whether reading goes on. */
function readInto(buffer: Uint8Array, fd: number, callback: (size: number, buffer: Uint8Array) => boolean): ReadStream {
  return Reflect.construct(ReadStream, [fd, { onread: { buffer, callback } }])
}

/** Fills the rest of `buffer` with what is there already, as far as READ_MS go; how much is in it then. */
function readOn(fd: number, buffer: Uint8Array, filled: number): number {
  const until = performance.now() + READ_MS
  let size = filled
  while (size < buffer.length && performance.now() < until) {
    const more = readSome(fd, buffer.subarray(size))
    if (more === 0) break
    size += more
  }
  return size
}

/** 0 when nothing is there now. That the terminal is over is said by the next read of its stream. */
function readSome(fd: number, into: Uint8Array): number {
  try {
    return readSync(fd, into)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EAGAIN' || code === 'EIO') return 0
    throw error
  }
}

/** Never blocks: the descriptor of the terminal is set so. 0 when the terminal is full. */
function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EAGAIN') return 0
    // Nobody has the other side open any more: the end is on its way.
    if (code === 'EIO') return bytes.length
    throw error
  }
}
