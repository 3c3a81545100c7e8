import { readFileSync, statSync } from 'node:fs'
import { readProcess, type ProcessStat } from '../collectors/process-stat.ts'

const TICK_MS = 10
const CLOCK_SLACK_MS = 5_000

/** A process that began after its pid file was written is another one that got the same number. */
export function isTakenOver(startedAtMs: number, pidFileWrittenAtMs: number): boolean {
  return startedAtMs > pidFileWrittenAtMs + CLOCK_SLACK_MS
}

/**
 * The living process that a pid file names, or null: no file, no number, no process, a zombie, or a number that was
 * given to another process since the file was written.
 */
export function processOfPidFile(file: string, procRoot: string): ProcessStat | null {
  let text: string
  let writtenAtMs: number
  try {
    text = readFileSync(file, 'utf8')
    writtenAtMs = statSync(file).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const pid = Number(text.trim().split(/\s/, 1)[0])
  if (!Number.isSafeInteger(pid) || pid < 2) return null
  const found = readProcess(procRoot, pid)
  if (found === null || found.state === 'Z' || found.state === 'X') return null
  const bootedAtMs = Number(/^btime (\d+)$/m.exec(readFileSync(`${procRoot}/stat`, 'latin1'))?.[1] ?? 0) * 1000
  return isTakenOver(bootedAtMs + found.startTicks * TICK_MS, writtenAtMs) ? null : found
}

/** Whether a process is this node or one that it was started by: ending those would end the node. */
export function isOurs(pid: number, procRoot: string): boolean {
  let current = process.pid
  for (let depth = 0; depth < 64 && current > 1; depth += 1) {
    if (current === pid) return true
    current = readProcess(procRoot, current)?.ppid ?? 0
  }
  return pid <= 1
}
