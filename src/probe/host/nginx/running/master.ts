import { readFileSync } from 'node:fs'
import { listPids, type ProcessStat, readProcess } from '../../../collectors/process-stat.ts'
import { isOurs, processOfPidFile } from '../../../remedies/pid-guard.ts'

/** nginx as it runs: its master and those of its workers that take connections. */
export interface RunningNginx {
  master: ProcessStat
  workers: number[]
}

/**
 * The nginx that the pid file names; null when it does not run, or when the number belongs to another program: a stale pid
 * file must never get a stranger signalled.
 */
export function findNginx(pidFile: string, procRoot = '/proc'): RunningNginx | null {
  const master = processOfPidFile(pidFile, procRoot)
  if (!master || isOurs(master.pid, procRoot) || !isMaster(master, procRoot)) return null
  return { master, workers: workersOf(master, procRoot) }
}

/** The workers of a master that take connections: not those that only finish what they have. */
export function workersOf(master: ProcessStat, procRoot = '/proc'): number[] {
  return listPids(procRoot).filter((pid) => {
    if (readProcess(procRoot, pid)?.ppid !== master.pid) return false
    const title = titleOf(pid, procRoot)
    return title.startsWith('nginx: worker process') && !title.includes('is shutting down')
  })
}

/** Signals the master, if it is still the same process. False when it has ended. */
export function signalMaster(master: ProcessStat, signal: NodeJS.Signals, procRoot = '/proc'): boolean {
  if (readProcess(procRoot, master.pid)?.startTicks !== master.startTicks) return false
  try {
    process.kill(master.pid, signal)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

export const stillRuns = (master: ProcessStat, procRoot = '/proc'): boolean => {
  const now = readProcess(procRoot, master.pid)
  return now !== null && now.startTicks === master.startTicks && now.state !== 'Z'
}

const isMaster = ({ pid, name }: ProcessStat, procRoot: string): boolean =>
  titleOf(pid, procRoot).startsWith('nginx: master process') || name === 'nginx'

function titleOf(pid: number, procRoot: string): string {
  try {
    return readFileSync(`${procRoot}/${pid}/cmdline`, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return ''
    throw error
  }
}
