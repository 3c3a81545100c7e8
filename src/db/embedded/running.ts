import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceUnavailable } from '../../contract/errors.ts'
import { connectionUrl } from '../connection-url.ts'
import { errorCode, ifPresent } from '../error-code.ts'
import { readPostmasterPid } from './left-over.ts'
import { currentHome } from './place.ts'
import { nodeRole } from './prepare-database.ts'

const portLine = 3
const socketLine = 4

/** Whether a node has made its own PostgreSQL in this data folder. Throws `SERVICE_UNAVAILABLE` when that may not be seen. */
export function hasEmbeddedPostgres(dataDir: string): boolean {
  return readable(dataDir, () => ifPresent(() => existsSync(join(currentHome(dataDir), 'cluster'))) ?? false)
}

/**
 * The address of the PostgreSQL that a running node has in this data folder, password included; `undefined` when none runs.
 * Throws `SERVICE_UNAVAILABLE` for a user who may not read it.
 */
export function runningPostgresUrl(dataDir: string): string | undefined {
  return readable(dataDir, () =>
    ifPresent(() => {
      const home = currentHome(dataDir)
      const lines = readFileSync(join(home, 'cluster', 'postmaster.pid'), 'utf8').split('\n')
      const host = lines[socketLine]?.trim()
      const port = Number(lines[portLine])
      if (!host || !Number.isInteger(port)) return undefined
      const password = readFileSync(join(home, 'password'), 'utf8').trim()
      return connectionUrl({ host, port, database: nodeRole, username: nodeRole, password })
    }),
  )
}

function readable<T>(dataDir: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (errorCode(cause) !== 'EACCES' && errorCode(cause) !== 'EPERM') throw cause
    throw serviceUnavailable(
      `当前用户无法读取数据目录 ${dataDir}，请以该节点的用户或 root 运行`,
      `This user may not read the data folder ${dataDir}: run the command as the user of that node, or as root`,
      { cause },
    )
  }
}

/** The process of the PostgreSQL that a node has in this data folder; `undefined` when none runs. */
export function runningPostgresPid(dataDir: string): number | undefined {
  return ifPresent(() => readPostmasterPid(join(currentHome(dataDir), 'cluster')))?.pid
}
