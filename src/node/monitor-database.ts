import { migrate } from '../db/migrate.ts'
import { missingMigrations } from '../db/missing-migrations.ts'
import { type Database, openDatabase } from '../db/open.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import type { SchemaGuard } from '../platform/releases/supervision.ts'

/** Of a process that is frozen in the middle of a transaction the others wait no longer than this. */
const idleInTransactionMs = 10_000

/**
 * Opens the database of a monitor: the one in the config, else one of its own; migrated. A guard is told before it is changed so that
 * no older build can use it, and when that came to nothing.
 */
export async function openMonitorDatabase(parts: {
  config: Config
  dataDir: string
  schemaGuard: SchemaGuard | undefined
  lifecycle: Pick<Lifecycle, 'onStop'>
  logger: Logger
}): Promise<{ database: Database; url: string }> {
  const { config, dataDir, schemaGuard, lifecycle, logger } = parts
  let url = config.database.url
  if (url === undefined) {
    const { startEmbeddedPostgres } = await import('../db/embedded/start.ts')
    const server = await startEmbeddedPostgres({ dataDir, logger })
    lifecycle.onStop('postgresql', () => server.stop())
    url = server.url
  }
  const shared = config.replicas.enabled ? { idleInTransactionMs } : {}
  const database = await openDatabase({ url, logger, ...shared })
  lifecycle.onStop('database', () => database.close())
  await migrateGuarded(database, schemaGuard)
  return { database, url }
}

/** Migrates; whoever guards the schema knows at every moment whether an older build could still use the database. */
async function migrateGuarded(database: Database, guard: SchemaGuard | undefined): Promise<void> {
  if (guard && (await missingMigrations(database)).length > 0) await guard.noWayBack()
  try {
    await migrate(database)
  } catch (error) {
    // All steps are one transaction: what the database still lacks has changed nothing.
    if (guard && (await missingMigrations(database)).length > 0) await guard.wayBack()
    throw error
  }
}
