import { spawn, type ChildProcess } from 'node:child_process'
import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { within } from '../lib/within.ts'
import { cappedText } from './capped-text.ts'
import { endGroup } from './process-group.ts'

export interface RunOptions {
  /** After this long the whole process group is ended and the result says `timedOut`. */
  timeoutMs: number
  /** How much of stdout and of stderr is kept, each; the rest is read and thrown away. Default 1 MiB. */
  maxOutputBytes?: number
  cwd?: string
  /** The whole environment of the child. Absent: ours without this node's own secrets. */
  env?: NodeJS.ProcessEnv
  stdin?: string | Uint8Array
  uid?: number
  gid?: number
  /** Ends the process group when aborted; the result then says `aborted`. */
  signal?: AbortSignal
  /** Time between SIGTERM and SIGKILL. Default 2 s. */
  killAfterMs?: number
}

export interface RunResult {
  /** Exit code, or null when a signal ended it or it never began because `signal` was aborted already. */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** stdout or stderr was longer than `maxOutputBytes`. */
  truncated: boolean
  timedOut: boolean
  aborted: boolean
  durationMs: number
}

/** The program could not be started at all: not found, not executable, no such working directory. */
export class CannotStartProcess extends Error {
  readonly code: string

  constructor(program: string, code: string, why: string, cause: unknown) {
    super(`cannot start "${program}": ${why}`, { cause })
    this.name = 'CannotStartProcess'
    this.code = code
  }
}

/** A process that left its output open to a background child is not waited for longer than this. */
const DRAIN_MS = 250
/** A killed process that the kernel does not let go (dead NFS mount) is given up after this. */
const REAP_MS = 2_000

/**
 * Runs one program without a shell and waits for its end. Resolves for any exit code; rejects with `CannotStartProcess`
 * when nothing was started. On time-out or abort the whole process group gets SIGTERM and then SIGKILL, so that
 * grandchildren end too. A child that goes into the background by itself is left alone on a normal exit.
 */
export async function runProcess(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const [program, ...args] = argv
  if (!program) throw new CannotStartProcess('', 'EINVAL', 'the argument list is empty', undefined)
  const startedAt = performance.now()
  if (options.signal?.aborted) {
    return {
      code: null,
      signal: null,
      stdout: '',
      stderr: '',
      truncated: false,
      timedOut: false,
      aborted: true,
      durationMs: 0,
    }
  }

  const child = await start(program, args, options)
  const maxBytes = options.maxOutputBytes ?? 1_048_576
  const stdout = cappedText(child.stdout, maxBytes)
  const stderr = cappedText(child.stderr, maxBytes)
  feed(child, options.stdin)

  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const why = await firstOf(exited, options)
  if (why !== 'exited') {
    await endGroup(child.pid as number, { killAfterMs: options.killAfterMs ?? 2_000 })
    await within(exited, REAP_MS)
  }
  await within(closed, DRAIN_MS)
  child.stdout?.destroy()
  child.stderr?.destroy()

  return {
    code: child.exitCode,
    signal: child.signalCode,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: stdout.truncated() || stderr.truncated(),
    timedOut: why === 'timeout',
    aborted: why === 'aborted',
    durationMs: performance.now() - startedAt,
  }
}

function start(program: string, args: string[], options: RunOptions): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(explainStart(program, error, options.cwd))
    try {
      const child = spawn(program, args, {
        cwd: options.cwd,
        env: options.env ?? inheritedEnvironment(process.env),
        stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        detached: true,
        shell: false,
        uid: options.uid,
        gid: options.gid,
      })
      child.once('error', fail)
      child.once('spawn', () => resolve(child))
    } catch (error) {
      fail(error as NodeJS.ErrnoException)
    }
  })
}

function explainStart(program: string, error: NodeJS.ErrnoException, cwd: string | undefined): CannotStartProcess {
  const code = error.code ?? 'UNKNOWN'
  if (code === 'ENOENT' && cwd !== undefined && !statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    return new CannotStartProcess(program, code, `the working directory "${cwd}" does not exist`, error)
  }
  const why: Record<string, string> = {
    ENOENT: 'no such program',
    EACCES: 'it is not executable for this user',
    EPERM: 'this user may not start it',
    E2BIG: 'the argument list is too long',
  }
  return new CannotStartProcess(program, code, why[code] ?? error.message, error)
}

function feed(child: ChildProcess, input: string | Uint8Array | undefined): void {
  if (!child.stdin || input === undefined) return
  // A child that ends without reading its input breaks the pipe: its exit code tells the story, not EPIPE.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
}

async function firstOf(exited: Promise<void>, options: RunOptions): Promise<'exited' | 'timeout' | 'aborted'> {
  const timers = new AbortController()
  const { signal } = options
  const aborted = Promise.withResolvers<'aborted'>()
  const onAbort = () => aborted.resolve('aborted')
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([
      exited.then(() => 'exited' as const),
      delay(options.timeoutMs, 'timeout' as const, { signal: timers.signal }),
      aborted.promise,
    ])
  } finally {
    timers.abort()
    signal?.removeEventListener('abort', onAbort)
  }
}

const OWN_SECRETS = /^(CORTEX_.*|DATABASE_URL|OPENAI_.*|PGPASSWORD)$/

/** The environment a child inherits: ours, without the variables that configure this node and hold its secrets. */
export function inheritedEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OWN_SECRETS.test(name)))
}
