import { missingMigrations } from '../db/missing-migrations.ts'
import { findBinaries } from '../db/embedded/binaries.ts'
import { hasEmbeddedPostgres, runningPostgresUrl } from '../db/embedded/running.ts'
import { withoutPassword } from '../db/connection-url.ts'
import { openDatabase } from '../db/open.ts'
import type { Config } from '../platform/config/schema.ts'
import { createLogger } from '../platform/logger.ts'
import type { DoctorCheck, Finding } from './doctor-checks.ts'
import { checkModel } from './doctor-model.ts'
import { checkParents } from './doctor-parent.ts'
import { checkPort } from './doctor-port.ts'

const silent = createLogger({ level: 'silent' })
const openTimeoutMs = 2_000

/** What a node depends on beside its platform: database, parents, its port, its model. */
export const nodeChecks: readonly DoctorCheck[] = [
  { name: 'database', applies: (config) => config.monitor.enabled, run: checkDatabase },
  { name: 'parent', applies: (config) => config.upstream.urls.length > 0, run: checkParents },
  { name: 'port', applies: () => true, run: async (config, signal) => [await checkPort(config, signal)] },
  {
    name: 'model',
    applies: ({ llm, monitor }) => monitor.enabled && llm.model !== undefined,
    run: async (config, signal) => [await checkModel(config.llm, signal)],
  },
]

async function checkDatabase(config: Config): Promise<Finding[]> {
  const configured = config.database.url
  if (configured !== undefined) return await lookInto(configured)
  const { version } = findBinaries()
  if (!hasEmbeddedPostgres(config.data_dir)) {
    return [{ status: 'ok', text: `PostgreSQL ${version} comes with the program; the first start makes the database` }]
  }
  const running = runningPostgresUrl(config.data_dir)
  if (running === undefined) return [{ status: 'ok', text: `in ${config.data_dir}; its node does not run now` }]
  return await lookInto(running)
}

async function lookInto(url: string): Promise<Finding[]> {
  const database = await openDatabase({ url, logger: silent, max: 1, rawMax: 1, openTimeoutMs })
  try {
    const [row] = await database.sql<{ version: string }[]>`select current_setting('server_version') as version`
    const missing = await missingMigrations(database)
    const text = `PostgreSQL ${row?.version ?? '?'} at ${withoutPassword(url)}`
    if (missing.length === 0) return [{ status: 'ok', text: `${text}, up to date` }]
    const todo = 'run cortex migrate, or start the node, which does the same'
    return [{ status: 'warning', text: `${text} lacks ${missing.join(', ')}`, todo }]
  } finally {
    await database.close()
  }
}
