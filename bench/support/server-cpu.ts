import { readdirSync, readFileSync } from 'node:fs'
import type { Sql } from '../../src/db/open.ts'
import { usageOf } from './usage.ts'

/** The process of a PostgreSQL server whose children its sessions are. */
export async function serverPid(sql: Sql): Promise<number> {
  const [session] = await sql<[{ pid: number }]>`select pg_backend_pid() as pid`
  return parentOf(session.pid)
}

/** CPU seconds that a PostgreSQL server with all its sessions, also those that have ended, has used. */
export function serverCpuSeconds(pid: number): number {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((child) => child > 0 && parentOf(child) === pid)
  return [pid, ...children].reduce((sum, each) => sum + usageOf(each).cpuSeconds, 0)
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch (error) {
    // It has ended since the folder was read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
      return 0
    throw error
  }
}
