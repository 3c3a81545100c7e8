import { createReplicas } from '../monitor/replicas/replicas.service.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import { replicaAddress } from './address.ts'
import type { Monitor } from './monitor-part.ts'

/** What a process of a monitor of several processes does for the others, and they for it. */
export function buildReplicas(parts: {
  config: Config
  monitor: Pick<Monitor, 'database'>
  replicaId: string
  lifecycle: Lifecycle
  logger: Logger
}) {
  const { config, monitor, replicaId, lifecycle, logger } = parts
  const replicas = createReplicas({
    database: monitor.database,
    id: replicaId,
    parentStatus: () => null,
    onBeat: async () => undefined,
    logger,
  })
  lifecycle.onStop('place among the processes', () => replicas.stop())
  return {
    start(port: number): void {
      replicas.start(replicaAddress(config, port))
    },
  }
}
