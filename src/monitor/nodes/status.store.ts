import { type SQL, sql } from 'drizzle-orm'
import type { NodeStatus } from '../../contract/common.ts'
import { nodes, nodeStates, nodeStatusChanges } from '../../db/schema/nodes.ts'
import type { Unit } from '../changes/units.ts'

export interface StatusChange {
  nodeId: number
  agentId: string
  role: 'probe' | 'monitor'
  oldStatus: NodeStatus
  newStatus: NodeStatus
}

/**
 * Gives every node that `where` selects (over `nodes n` and `node_states s`) the status that `to` computes, with the
 * reason; writes the history, marks the change and tells it. Nodes that have the status already are not touched.
 */
export async function changeStatus(
  unit: Unit,
  change: { where: SQL; to: SQL; reason: string; at: Date },
): Promise<StatusChange[]> {
  const at = change.at.toISOString()
  const rows = await unit.tx.execute<{
    node_id: number
    agent_id: string
    role: StatusChange['role']
    old_status: NodeStatus
    new_status: NodeStatus
  }>(sql`
    with picked as (
      select s.node_id, n.agent_id, n.role, s.status as old_status, ${change.to} as new_status
      from ${nodeStates} s join ${nodes} n on n.id = s.node_id
      where n.deleted_at is null and ${change.where}
      order by s.node_id for update of s
    )
    update ${nodeStates} s
    set status = p.new_status, status_reason = ${change.reason}, status_since = ${at}::timestamptz,
        stale_since = case when p.new_status = 'online' then null else coalesce(s.stale_since, s.last_seen_at, ${at}::timestamptz) end
    from picked p
    where s.node_id = p.node_id and p.new_status <> p.old_status
    returning s.node_id, p.agent_id, p.role, p.old_status, p.new_status`)
  const changes = rows.map((row) => ({
    nodeId: row.node_id,
    agentId: row.agent_id,
    role: row.role,
    oldStatus: row.old_status,
    newStatus: row.new_status,
  }))
  await tellStatusChanges(unit, changes, change.reason, change.at)
  return changes
}

/** History, feed and events of status changes that another statement has already written. */
export async function tellStatusChanges(
  unit: Unit,
  changes: readonly StatusChange[],
  reason: string,
  at: Date,
): Promise<void> {
  if (changes.length === 0) return
  await unit.tx
    .insert(nodeStatusChanges)
    .values(changes.map((c) => ({ nodeId: c.nodeId, oldStatus: c.oldStatus, newStatus: c.newStatus, reason, at })))
  unit.changed('node', ...changes.map((c) => c.nodeId))
  for (const c of changes) {
    unit.emit('node_status_changed', { agent_id: c.agentId, old_status: c.oldStatus, new_status: c.newStatus, reason })
  }
}
