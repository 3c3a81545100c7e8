import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { serviceUnavailable } from '../../contract/errors.ts'
import type { DatabaseLogger } from '../database-logger.ts'
import { errorCode, ifPresent } from '../error-code.ts'
import { type PostmasterPid, parsePostmasterPid } from './postmaster-pid.ts'
import { waitUntil } from './wait-until.ts'

/** What `postmaster.pid` of a cluster says now; `undefined` when there is none. */
export function readPostmasterPid(clusterFolder: string): PostmasterPid | undefined {
  const text = ifPresent(() => readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8'))
  return text === undefined ? undefined : parsePostmasterPid(text)
}

/** Sends a signal; false when the process is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
    throw error
  }
}

/** The processes that work in a cluster: every PostgreSQL process has its data folder as working directory. */
export function processesOf(clusterFolder: string): number[] {
  const folder = realpathSync(clusterFolder)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => workingFolder(name) === folder)
    .map(Number)
}

function workingFolder(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch (error) {
    // Gone meanwhile, or another user's: not one of ours.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}

const steps: { signal: NodeJS.Signals | undefined; timeoutMs: number }[] = [
  // A postmaster that was killed: its children notice and leave by themselves.
  { signal: undefined, timeoutMs: 2_000 },
  { signal: 'SIGQUIT', timeoutMs: 5_000 },
  { signal: 'SIGKILL', timeoutMs: 5_000 },
]

/**
 * Ends the server that a killed node has left in the cluster, so that the new one starts with its own settings and
 * without the sessions, locks and queries of the dead node. Fast shutdown first, at most `timeoutMs` for its
 * checkpoint, then harder; what was committed is in the WAL in any case. The caller holds the lock of the home.
 */
export async function endLeftOver(clusterFolder: string, logger: DatabaseLogger, timeoutMs = 10_000): Promise<void> {
  const noted = readPostmasterPid(clusterFolder)
  const present = processesOf(clusterFolder)
  if (noted && present.includes(noted.pid)) {
    logger.info({ pid: noted.pid }, 'a PostgreSQL of a node that was killed still runs here: it is stopped first')
    signalProcess(noted.pid, 'SIGINT')
    if (await waitUntil(() => processesOf(clusterFolder).length === 0, { timeoutMs })) return
  }
  for (const { signal, timeoutMs: stepMs } of steps) {
    for (const pid of signal ? processesOf(clusterFolder) : []) if (signal) signalProcess(pid, signal)
    if (await waitUntil(() => processesOf(clusterFolder).length === 0, { timeoutMs: stepMs })) {
      // Its pid may belong to another program by now, which would keep the new server from starting.
      rmSync(join(clusterFolder, 'postmaster.pid'), { force: true })
      return
    }
  }
  const left = processesOf(clusterFolder).join(', ')
  throw serviceUnavailable(
    `无法停止占用 ${clusterFolder} 的 PostgreSQL 进程（pid ${left}）`,
    `The PostgreSQL processes in ${clusterFolder} cannot be stopped (pid ${left})`,
  )
}
