import { setTimeout as delay } from 'node:timers/promises'
import { readProcess, type ProcessStat } from '../collectors/process-stat.ts'

const POLL_MS = 20

/**
 * Ends one process: TERM, then KILL after `killAfterMs`. The start time is compared before every signal, so that a
 * process that got the same number is never hit. False when it is still there after both.
 */
export async function endProcess(
  target: ProcessStat,
  { procRoot, killAfterMs }: { procRoot: string; killAfterMs: number },
): Promise<boolean> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!signalProcess(target, signal, procRoot)) return true
    if (await hasEnded(target, { procRoot, timeoutMs: killAfterMs })) return true
  }
  return false
}

/**
 * Signals the very process that was looked at, its start time compared right before. False when that one is gone. Throws
 * what the operating system refuses.
 */
export function signalProcess(target: ProcessStat, signal: NodeJS.Signals, procRoot: string): boolean {
  if (!isAlive(target, procRoot)) return false
  try {
    process.kill(target.pid, signal)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Waits until the process is gone, at most `timeoutMs`. */
export async function hasEnded(
  target: ProcessStat,
  { procRoot, timeoutMs }: { procRoot: string; timeoutMs: number },
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (isAlive(target, procRoot)) {
    if (performance.now() >= deadline) return false
    await delay(POLL_MS)
  }
  return true
}

function isAlive(target: ProcessStat, procRoot: string): boolean {
  const now = readProcess(procRoot, target.pid)
  return now !== null && now.startTicks === target.startTicks && now.state !== 'Z' && now.state !== 'X'
}
