import { readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 50
/** A program that was just being started has its working folder by the second look. */
const emptyLooks = 2

/**
 * Ends every process that works in a folder or below it, except PostgreSQL, which its node stops: SIGTERM, and SIGKILL to
 * what is left after `killAfterMs`. What is started meanwhile is ended too.
 */
export async function endProcessesIn(folder: string, { killAfterMs }: { killAfterMs: number }): Promise<void> {
  const told = new Set<number>()
  const killAt = performance.now() + killAfterMs
  for (let empty = 0; empty < emptyLooks;) {
    const found = processesIn(folder)
    empty = found.length === 0 ? empty + 1 : 0
    const late = performance.now() >= killAt
    for (const pid of found) {
      if (late) sendSignal(pid, 'SIGKILL')
      else if (!told.has(pid)) sendSignal(pid, 'SIGTERM')
      told.add(pid)
    }
    await delay(pollMs)
  }
}

function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      const cwd = workingFolder(name)
      return cwd !== null && (cwd === folder || cwd.startsWith(`${folder}/`)) && !cwd.includes('/postgres/')
    })
    .map(Number)
}

function workingFolder(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch (error) {
    // Gone meanwhile, or another user's: not one of ours.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** Sends a signal; a process that is gone already is fine. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
