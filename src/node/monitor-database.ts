import { migrate } from '../db/migrate.ts'
import { type Database, openDatabase } from '../db/open.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'

/** Opens the database of a monitor: the one in the config, else one of its own; migrated. */
export async function openMonitorDatabase(parts: {
  config: Config
  dataDir: string
  lifecycle: Pick<Lifecycle, 'onStop'>
  logger: Logger
}): Promise<Database> {
  const { config, dataDir, lifecycle, logger } = parts
  let url = config.database.url
  if (url === undefined) {
    const { startEmbeddedPostgres } = await import('../db/embedded/start.ts')
    const server = await startEmbeddedPostgres({ dataDir, logger })
    lifecycle.onStop('postgresql', () => server.stop())
    url = server.url
  }
  const database = await openDatabase({ url, logger })
  lifecycle.onStop('database', () => database.close())
  await migrate(database)
  return database
}
