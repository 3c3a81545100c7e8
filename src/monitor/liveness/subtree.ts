import { sql } from 'drizzle-orm'
import { textArray } from '../nodes/nodes.store.ts'
import { changeStatus } from '../nodes/status.store.ts'
import type { Unit } from '../changes/units.ts'

/** A monitor is out of reach: what hangs below it is unreachable, which is not the same as offline. */
export async function markUnreachable(
  unit: Unit,
  monitor: { nodeId: number; agentId: string },
  at: Date,
): Promise<void> {
  await changeStatus(unit, {
    where: sql`n.path @> ${textArray([monitor.agentId])} and n.id <> ${monitor.nodeId}`,
    to: sql`'unreachable'`,
    reason: 'monitor_unreachable',
    at,
  })
}

/** A monitor is back: below it counts again what it last said, until it says something newer. */
export async function markReachable(unit: Unit, monitor: { nodeId: number; agentId: string }, at: Date): Promise<void> {
  await changeStatus(unit, {
    where: sql`n.path @> ${textArray([monitor.agentId])} and n.id <> ${monitor.nodeId} and s.status = 'unreachable'`,
    to: sql`s.reported_status`,
    reason: 'monitor_reachable',
    at,
  })
}
