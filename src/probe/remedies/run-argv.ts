import { inheritedEnvironment, runProcess } from '../../platform/run-process.ts'
import type { RemedyOutcome } from './remedy.ts'

export interface ArgvBounds {
  timeoutMs: number
  maxOutputBytes: number
}

/** Runs one program of a remedy to its end, without a shell; its exit code says whether it did what it should. */
export async function runArgv(
  argv: readonly string[],
  bounds: ArgvBounds,
  options: { signal: AbortSignal; cwd?: string | undefined; env?: Record<string, string> },
): Promise<RemedyOutcome> {
  const result = await runProcess(argv, {
    ...bounds,
    signal: options.signal,
    env: { ...inheritedEnvironment(process.env), ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  const end = result.timedOut
    ? `ended after ${bounds.timeoutMs} ms`
    : result.aborted
      ? 'ended because the time was over or the node stops'
      : result.code === null
        ? `ended by ${result.signal}`
        : `exit code ${result.code}`
  const text = [result.stdout.trim(), result.stderr.trim()].filter((part) => part !== '').join('\n')
  return { ok: result.code === 0 && !result.timedOut && !result.aborted, output: text === '' ? end : `${end}\n${text}` }
}
