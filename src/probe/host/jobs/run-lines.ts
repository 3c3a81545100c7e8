import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { within } from '../../../lib/within.ts'
import { endGroup } from '../../../platform/process-group.ts'
import { inheritedEnvironment } from '../../../platform/run-process.ts'

export interface RunLinesOptions {
  cwd?: string
  /** Added to the environment of the node, which goes without the node's own secrets. */
  env?: Record<string, string>
  onLine: (line: string) => void
  /** Ends the whole process group. */
  signal: AbortSignal
  killAfterMs?: number
}

/** A line without an end is cut here, so that a program that never ends one takes no memory. */
const MAX_LINE_CHARS = 65_536
/** A background child that keeps the output open is not waited for longer than this. */
const DRAIN_MS = 500

/**
 * Runs a program without a shell and hands on each line of its stdout and stderr as it comes. Resolves with the exit code,
 * null when a signal ended it; rejects with the error of `spawn` when it could not be started.
 */
export async function runLines(argv: readonly string[], options: RunLinesOptions): Promise<number | null> {
  const { cwd, env, onLine, signal, killAfterMs = 10_000 } = options
  signal.throwIfAborted()
  const [program = '', ...args] = argv
  const child = spawn(program, args, {
    cwd,
    env: { ...inheritedEnvironment(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let ending: Promise<void> | undefined
  const end = (): void => {
    if (child.pid !== undefined) ending = endGroup(child.pid, { killAfterMs })
  }
  try {
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (exitCode) => resolve(exitCode))
      signal.addEventListener('abort', end, { once: true })
      for (const output of [child.stdout, child.stderr]) readLines(output, onLine)
    })
    await within(closed, DRAIN_MS)
    return code
  } finally {
    signal.removeEventListener('abort', end)
    child.stdout.destroy()
    child.stderr.destroy()
    await ending
  }
}

function readLines(output: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  output.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n|\r/)
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE_CHARS) {
      lines.push(rest)
      rest = ''
    }
    for (const line of lines) onLine(line)
  })
  output.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}
