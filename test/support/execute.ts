import { openDatabase } from '../../src/db/open.ts'
import { quiet } from './quiet-logger.ts'

/** Runs one statement over a connection of its own. */
export async function execute(url: string, statement: string): Promise<void> {
  const database = await openDatabase({ url, logger: quiet, max: 1, rawMax: 1 })
  try {
    await database.sql.unsafe(statement)
  } finally {
    await database.close()
  }
}

/** SQLSTATE insufficient_privilege. */
const notAllowed = '42501'
const vacuumMs = 30_000

/**
 * Removes a database with whoever is connected to it. Only a superuser may end an autovacuum that looks through it just
 * then: that is waited for.
 */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const endMs = performance.now() + vacuumMs
  for (;;) {
    try {
      return await execute(serverUrl, `drop database if exists ${name} with (force)`)
    } catch (error) {
      const isVacuumed = error instanceof Error && 'code' in error && error.code === notAllowed
      if (!isVacuumed || performance.now() > endMs) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
