import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNode } from '../../src/node/node.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { supervisedService } from '../support/service.ts'
import { type Hop, registrationToken } from './tree.ts'

/** A real leaf: a node without a monitor whose probe supervises a real service, and may start it only when it is allowed. */
export interface ProbeLeaf {
  id: string
  /** How often the service was started. */
  starts(): number
  isServing(): Promise<boolean>
  killService(): void
  close(): Promise<void>
}

export async function startProbeLeaf(parent: Hop, id: string): Promise<ProbeLeaf> {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-leaf-'))
  const service = await supervisedService({ decisions: { retry_max_s: 0.3 } })
  const env = {
    CORTEX_NODE_ID: id,
    CORTEX_HOST: '127.0.0.1',
    CORTEX_PORT: '0',
    CORTEX_DATA_DIR: folder,
    CORTEX_MONITOR_ENABLED: 'false',
    CORTEX_UPSTREAM_URL: parent.address(),
    CORTEX_UPSTREAM_TOKEN: registrationToken,
    CORTEX_REPORT_INTERVAL_S: '0.3',
    ...service.env,
  }
  const node = await startNode(loadConfig({ env }), createLogger({ level: 'silent' }))
  return {
    id,
    starts: () => service.starts().length,
    isServing: () => service.isServing(),
    killService: () => service.kill(),
    async close() {
      await node.stop('the test is over')
      service.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
