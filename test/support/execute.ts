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
