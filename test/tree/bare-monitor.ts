import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstPreviousHash } from '../../src/lib/audit-chain.ts'
import { openMonitorDatabase } from '../../src/node/monitor-database.ts'
import { buildMonitor, type Monitor, type TreeReach } from '../../src/node/monitor-part.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { openDataDir } from '../../src/platform/data-dir.ts'
import { createLifecycle } from '../../src/platform/lifecycle.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createTestDatabase } from '../support/database.ts'
import { tokenOf } from '../support/tree.ts'

export interface BareMonitor {
  id: string
  databaseUrl: string
  monitor: Monitor
  close(): Promise<void>
}

const noNetwork = (): never => {
  throw new Error('a bare monitor has no network')
}

/** The monitor of a node over its database, without doors, links and clockwork: the test carries every message. */
export async function startBareMonitor(
  id: string,
  reach: Partial<Pick<TreeReach, 'lineage' | 'checkName'>> = {},
): Promise<BareMonitor> {
  const database = await createTestDatabase()
  const folder = mkdtempSync(join(tmpdir(), `cortex-bare-${id}-`))
  const logger = createLogger({ level: 'silent' })
  const lifecycle = createLifecycle({ logger })
  const config = loadConfig({
    env: {
      CORTEX_NODE_ID: id,
      CORTEX_DATA_DIR: folder,
      DATABASE_URL: database.url,
      CORTEX_ADMIN_PASSWORD: 'bare-password',
    },
  })
  const opened = await openMonitorDatabase({ config, dataDir: folder, schemaGuard: undefined, lifecycle, logger })
  const monitor = await buildMonitor({
    config,
    database: opened.database,
    dataDir: await openDataDir(folder),
    nodeUid: randomUUID(),
    replicaId: null,
    registrationToken: tokenOf('tree'),
    publicUrl: () => `http://${id}.invalid`,
    reach: {
      lineage: () => [],
      checkName: async () => 'free',
      escalate: () => null,
      askOwner: noNetwork,
      readLive: noNetwork,
      askSamples: noNetwork,
      host: { call: noNetwork, open: noNetwork },
      upstreamUrl: () => null,
      ...reach,
    },
    hostHead: () => ({ seq: 0, hash: firstPreviousHash }),
    lifecycle,
    logger,
    startedAtMs: Date.now(),
  })
  return {
    id,
    databaseUrl: database.url,
    monitor,
    async close() {
      await lifecycle.stop('the test ends it')
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
