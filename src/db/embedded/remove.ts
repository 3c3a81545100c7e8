import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseLogger } from '../database-logger.ts'
import { endLeftOver } from './left-over.ts'
import { lockFolder } from './node-lock.ts'
import { currentHome, forgetHome } from './place.ts'

/**
 * Removes the database of a data folder for good, also where it lies outside of it (demo, tests), and ends a server
 * that a killed node left there. Throws `CONFLICT` while a node uses it.
 */
export async function removeEmbeddedPostgres(dataDir: string, logger: DatabaseLogger): Promise<void> {
  if (!existsSync(dataDir)) return
  const home = currentHome(dataDir)
  if (!existsSync(join(home, 'node.lock'))) return
  const lock = lockFolder(home)
  try {
    const cluster = join(home, 'cluster')
    if (existsSync(cluster)) await endLeftOver(cluster, logger)
    rmSync(home, { recursive: true, force: true })
    forgetHome(dataDir)
  } finally {
    lock.release()
  }
}
