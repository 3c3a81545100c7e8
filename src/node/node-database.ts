import { AppError, serviceUnavailable } from '../contract/errors.ts'
import { hasEmbeddedPostgres, runningPostgresUrl } from '../db/embedded/running.ts'
import { startEmbeddedPostgres } from '../db/embedded/start.ts'
import { missingMigrations } from '../db/missing-migrations.ts'
import { type Database, openDatabase } from '../db/open.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Logger } from '../platform/logger.ts'

const openTimeoutMs = 5_000
const connections = { max: 2, rawMax: 1, openTimeoutMs }

export interface NodeDatabaseOptions {
  logger: Logger
  /** Make the node's own PostgreSQL when it has none yet; else that is an error. */
  create?: boolean
}

/**
 * Opens the database of the node that a config describes, whether that node runs or not: the one in the config, else the
 * node's own PostgreSQL, which is started for as long as this is open when nobody runs it. Throws `SERVICE_UNAVAILABLE` with
 * what to do.
 */
export async function openNodeDatabase(
  config: Pick<Config, 'database' | 'data_dir'>,
  { logger, create = false }: NodeDatabaseOptions,
): Promise<Database> {
  const { url } = config.database
  if (url !== undefined) return await openDatabase({ url, logger, ...connections })
  if (!hasEmbeddedPostgres(config.data_dir) && !create) throw neverStarted(config.data_dir)
  return (await openOwn(config.data_dir, logger)) ?? (await openRunning(config.data_dir, logger))
}

/** The same, for a database that has the tables of this program. */
export async function openCurrentDatabase(
  config: Pick<Config, 'database' | 'data_dir'>,
  options: NodeDatabaseOptions,
): Promise<Database> {
  const database = await openNodeDatabase(config, options)
  try {
    const missing = await missingMigrations(database)
    if (missing.length > 0) throw notMigrated(missing)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Starts the server of the data folder; null when a node runs it. */
async function openOwn(dataDir: string, logger: Logger): Promise<Database | null> {
  let server
  try {
    server = await startEmbeddedPostgres({ dataDir, logger })
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFLICT') return null
    throw error
  }
  const { url, stop } = server
  try {
    const database = await openDatabase({ url, logger, ...connections })
    return { ...database, close: () => database.close().finally(stop) }
  } catch (error) {
    await stop()
    throw error
  }
}

async function openRunning(dataDir: string, logger: Logger): Promise<Database> {
  const url = runningPostgresUrl(dataDir)
  if (url === undefined) {
    throw serviceUnavailable(
      `${dataDir} 的节点正在启动或停止，请稍后重试`,
      `The node of ${dataDir} is just starting or stopping: try again in a moment`,
    )
  }
  return await openDatabase({ url, logger, ...connections })
}

function neverStarted(dataDir: string): AppError {
  return serviceUnavailable(
    `${dataDir} 中还没有数据库：请先运行 cortex start 或 cortex migrate，或检查 --config 与 data_dir`,
    `There is no database in ${dataDir} yet: run cortex start or cortex migrate first, or see whether --config and data_dir are the right ones`,
  )
}

function notMigrated(missing: readonly string[]): AppError {
  return serviceUnavailable(
    `数据库缺少迁移 ${missing.join(', ')}：请先运行 cortex migrate`,
    `The database lacks the migrations ${missing.join(', ')}: run cortex migrate first`,
  )
}
