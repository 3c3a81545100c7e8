import type { Database } from '../db/open.ts'
import type { MonitorEvents } from '../monitor/changes/events.ts'
import { createLiveExchange } from '../monitor/realtime/live-exchange.ts'
import { withMeasurements } from '../monitor/realtime/with-measurements.ts'
import { openSharing } from '../monitor/sharing/sharing.ts'
import type { Bus } from '../platform/bus.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'

/** What this process tells the other processes of its monitor, and hears of them. */
export async function buildSharing(parts: {
  database: Database
  bus: Bus<MonitorEvents>
  replicaId: string
  clock: () => number
  lifecycle: Lifecycle
  logger: Logger
}) {
  const { clock, lifecycle } = parts
  const sharing = await openSharing(parts)
  lifecycle.onStop('events of the other processes', () => sharing.close())
  const { keep, broadcast, outlet } = sharing
  const exchange = createLiveExchange({ broadcast, clock })
  return { keep, broadcast, exchange, outlet: withMeasurements(outlet, exchange) }
}
