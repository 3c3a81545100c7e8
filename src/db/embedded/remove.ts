import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder } from './node-lock.ts'
import { currentHome, forgetHome } from './place.ts'

/**
 * Removes the database of a data folder for good, also where it lies outside of it (demo, tests). Throws `CONFLICT`
 * while a node uses it.
 */
export function removeEmbeddedPostgres(dataDir: string): void {
  if (!existsSync(dataDir)) return
  const home = currentHome(dataDir)
  if (!existsSync(join(home, 'node.lock'))) return
  const lock = lockFolder(home)
  rmSync(home, { recursive: true, force: true })
  lock.release()
  forgetHome(dataDir)
}
