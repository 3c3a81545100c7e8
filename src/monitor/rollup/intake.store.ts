import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { NodeStatus } from '../../contract/common.ts'
import type { RolledNode } from '../../contract/rollup.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { alerts } from '../../db/schema/alerts.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'
import { rollupCursors, snapshotNodes } from '../../db/schema/tree.ts'
import { silenceAlert } from '../alerts/alerts.service.ts'
import { rewrittenAlert } from '../audit-heads/broken-log.ts'
import { duplicateAlert } from '../membership/duplicate.ts'
import { beginState, inSubtree, type NodeRow } from '../nodes/nodes.store.ts'

export type CursorRow = typeof rollupCursors.$inferSelect

/** Where that child's feed has been taken in to; its row is locked until the transaction ends. */
export async function lockCursor(tx: Tx, childId: number): Promise<CursorRow | null> {
  const [row] = await tx.select().from(rollupCursors).where(eq(rollupCursors.nodeId, childId)).for('update')
  return row ?? null
}

export async function keepCursor(tx: Tx, row: CursorRow): Promise<void> {
  await tx.insert(rollupCursors).values(row).onConflictDoUpdate({ target: rollupCursors.nodeId, set: row })
}

/** Rows of those names, locked, so that two children cannot move one node at once. */
export async function lockNodes(tx: Tx, agentIds: readonly string[]): Promise<Map<string, NodeRow>> {
  if (agentIds.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(nodes)
    .where(inArray(nodes.agentId, [...agentIds]))
    .orderBy(nodes.id)
    .for('update')
  return new Map(rows.map((row) => [row.agentId, row]))
}

/** Adds nodes below parents that are there, with empty states; those that had been removed are back. */
export async function insertNodes(
  tx: Tx,
  items: ReadonlyArray<{ rolled: RolledNode; parent: Pick<NodeRow, 'id' | 'path'> }>,
): Promise<NodeRow[]> {
  if (items.length === 0) return []
  const rows = await tx
    .insert(nodes)
    .values(
      items.map(({ rolled, parent }) => ({
        ...identityOf(rolled),
        agentId: rolled.agent_id,
        parentId: parent.id,
        path: [...parent.path, rolled.agent_id],
      })),
    )
    .onConflictDoUpdate({
      target: nodes.agentId,
      set: {
        name: sql`excluded.name`,
        nodeUid: sql`excluded.node_uid`,
        role: sql`excluded.role`,
        version: sql`excluded.version`,
        metadata: sql`excluded.metadata`,
        generation: sql`excluded.generation`,
        parentId: sql`excluded.parent_id`,
        path: sql`excluded.path`,
        deletedAt: null,
        removedReason: null,
        updatedAt: sql`now()`,
      },
    })
    .returning()
  await beginState(
    tx,
    rows.map((row) => row.id),
  )
  return rows
}

export async function updateIdentity(tx: Tx, id: number, rolled: RolledNode): Promise<void> {
  await tx
    .update(nodes)
    .set({ ...identityOf(rolled), updatedAt: sql`now()` })
    .where(eq(nodes.id, id))
}

function identityOf(rolled: RolledNode) {
  return {
    name: rolled.name,
    nodeUid: rolled.node_uid,
    role: rolled.role,
    version: rolled.version,
    metadata: rolled.metadata,
    generation: rolled.generation,
  }
}

/** Whether the identity that came differs from the row. */
export function isOtherIdentity(row: NodeRow, rolled: RolledNode): boolean {
  return (
    row.name !== rolled.name ||
    row.nodeUid !== rolled.node_uid ||
    row.role !== rolled.role ||
    row.version !== rolled.version ||
    row.generation !== rolled.generation ||
    JSON.stringify(row.metadata) !== JSON.stringify(rolled.metadata)
  )
}

export interface RolledState {
  nodeId: number
  agentId: string
  role: 'probe' | 'monitor'
  oldStatus: NodeStatus
  newStatus: NodeStatus
}

/** Writes the states that came with one statement; returns only those that differ from what was known. */
export async function applyRolledStates(
  tx: Tx,
  items: ReadonlyArray<{ nodeId: number; rolled: RolledNode }>,
  at: Date,
): Promise<RolledState[]> {
  if (items.length === 0) return []
  const rows = items.map(({ nodeId, rolled }) => ({
    node_id: nodeId,
    status: rolled.status,
    health: rolled.health_status,
    l1: rolled.issues.L1,
    l2: rolled.issues.L2,
    l3: rolled.issues.L3,
    metrics: rolled.metrics,
    seen_at: rolled.last_seen_at,
    stale_since: rolled.stale_since,
  }))
  const changed = await tx.execute<{
    node_id: number
    agent_id: string
    role: RolledState['role']
    old_status: NodeStatus
    new_status: NodeStatus
  }>(sql`
    with input as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
        node_id bigint, status text, health text, l1 int, l2 int, l3 int, metrics jsonb, seen_at timestamptz, stale_since timestamptz)
    ), before as (
      select s.*, n.agent_id, n.role from ${nodeStates} s join input using (node_id) join ${nodes} n on n.id = s.node_id
      order by s.node_id for update of s
    )
    update ${nodeStates} s set
      status = i.status, reported_status = i.status, health_status = i.health, issues_l1 = i.l1, issues_l2 = i.l2, issues_l3 = i.l3,
      metrics = i.metrics, last_seen_at = i.seen_at, stale_since = i.stale_since,
      status_since = case when s.status = i.status then s.status_since else ${at.toISOString()}::timestamptz end,
      status_reason = case when s.status = i.status then s.status_reason else 'reported_by_monitor' end
    from input i join before b using (node_id)
    where s.node_id = i.node_id and (
      (b.status, b.reported_status, b.health_status, b.issues_l1, b.issues_l2, b.issues_l3) is distinct from (i.status, i.status, i.health, i.l1, i.l2, i.l3)
      or b.metrics is distinct from i.metrics or b.stale_since is distinct from i.stale_since)
    returning s.node_id, b.agent_id, b.role, b.status as old_status, i.status as new_status`)
  return changed.map((row) => ({
    nodeId: row.node_id,
    agentId: row.agent_id,
    role: row.role,
    oldStatus: row.old_status,
    newStatus: row.new_status,
  }))
}

/** A snapshot of this child begins: nothing has been named yet. */
export async function beginSnapshot(tx: Tx, childId: number): Promise<void> {
  await tx.delete(snapshotNodes).where(eq(snapshotNodes.childId, childId))
}

/** Remembers the agent_ids of nodes and the uids of alerts that a snapshot has named. */
export async function nameInSnapshot(tx: Tx, childId: number, agentIds: readonly string[]): Promise<void> {
  if (agentIds.length === 0) return
  await tx
    .insert(snapshotNodes)
    .values(agentIds.map((agentId) => ({ childId, agentId })))
    .onConflictDoNothing()
}

/**
 * Open alerts below the child that its complete snapshot has not named (`nameInSnapshot` takes their uids too). Not those
 * that monitors above raise by themselves: that the child is silent or its log rewritten, and that two machines claim one name.
 */
export async function unnamedOpenAlerts(db: Executor, child: NodeRow): Promise<Array<{ id: number; nodeId: number }>> {
  const named = sql`(select ${snapshotNodes.agentId} from ${snapshotNodes} where ${snapshotNodes.childId} = ${child.id})`
  const ours = sql`(${alerts.type} = ${duplicateAlert} or (${alerts.nodeId} = ${child.id} and (${alerts.type} in (${silenceAlert.monitor}, ${rewrittenAlert})
    or (${alerts.origin} = 'rule' and ${alerts.type} = 'status'))))`
  return await db
    .select({ id: alerts.id, nodeId: alerts.nodeId })
    .from(alerts)
    .innerJoin(nodes, eq(nodes.id, alerts.nodeId))
    .where(
      and(
        inSubtree(child),
        isNull(nodes.deletedAt),
        ne(alerts.status, 'resolved'),
        sql`${alerts.uid} not in ${named}`,
        sql`not ${ours}`,
      ),
    )
}

/** Nodes below the child that its complete snapshot has not named. */
export async function unnamedInSnapshot(db: Executor, child: NodeRow): Promise<NodeRow[]> {
  const named = sql`(select ${snapshotNodes.agentId} from ${snapshotNodes} where ${snapshotNodes.childId} = ${child.id})`
  return await db
    .select()
    .from(nodes)
    .where(
      and(inSubtree(child), ne(nodes.id, child.id), isNull(nodes.deletedAt), sql`${nodes.agentId} not in ${named}`),
    )
}
