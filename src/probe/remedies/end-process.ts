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
    if (!isAlive(target, procRoot)) return true
    try {
      process.kill(target.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true
      throw error
    }
    const deadline = performance.now() + killAfterMs
    while (performance.now() < deadline) {
      if (!isAlive(target, procRoot)) return true
      await delay(POLL_MS)
    }
  }
  return !isAlive(target, procRoot)
}

function isAlive(target: ProcessStat, procRoot: string): boolean {
  const now = readProcess(procRoot, target.pid)
  return now !== null && now.startTicks === target.startTicks && now.state !== 'Z' && now.state !== 'X'
}
