import type { Database } from '../db/open.ts'
import type { Units } from '../monitor/changes/units.ts'
import type { Operations } from '../monitor/operations/operations.service.ts'
import { createReleases } from '../monitor/releases/releases.service.ts'
import { createRolloutRunner } from '../monitor/rollouts/rollout-runner.ts'
import { createRollouts } from '../monitor/rollouts/rollouts.service.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'

/** What a monitor hands out and how it gets there: its release feed, and the rollouts that it works off. */
export function buildRollouts(parts: {
  config: Config
  database: Database
  units: Units
  operations: Operations
  clock: () => number
  lifecycle: Lifecycle
  logger: Logger
}) {
  const { config, database, units, operations, clock, lifecycle, logger } = parts
  const releases = createReleases({ config: config.releases, clock })
  const rolloutRunner = createRolloutRunner({ database, units, operations, releases, clock, logger })
  lifecycle.onStop('rollouts', () => rolloutRunner.stop())
  return { releases, rollouts: createRollouts({ database, units, releases, clock }), rolloutRunner }
}
