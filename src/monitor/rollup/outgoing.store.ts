import { eq, inArray, sql } from 'drizzle-orm'
import type { RolledEntity, RolledNode, RolledNodeGone } from '../../contract/rollup.ts'
import type { Executor } from '../../db/open.ts'
import { alerts } from '../../db/schema/alerts.ts'
import { decisions } from '../../db/schema/decisions.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'
import { upstreamCursors } from '../../db/schema/tree.ts'
import { isoOrNull } from '../../lib/time.ts'
import { rolledAlert } from '../alerts/view.ts'
import type { Change, ChangeKind } from '../changes/changes.store.ts'
import { rolledDecision } from '../decisions/view.ts'
import type { NodeRow, NodeStateRow } from '../nodes/nodes.store.ts'

/**
 * The present state of everything that changed, nodes first, as it goes up; with an alert or a decision comes its node, whose
 * own change may stand in a later part. The monitor itself is not among it.
 */
export async function entitiesOf(db: Executor, changes: readonly Change[]): Promise<RolledEntity[]> {
  const idsOf = (kind: ChangeKind) => changes.filter((change) => change.kind === kind).map((change) => change.key)
  const alertsAndNodes = await alertEntities(db, idsOf('alert'))
  const decisionsAndNodes = await decisionEntities(db, idsOf('decision'))
  const about = [...alertsAndNodes, ...decisionsAndNodes].map(({ nodeId }) => nodeId)
  return [
    ...(await nodeEntities(db, [...new Set([...idsOf('node'), ...about])])),
    ...alertsAndNodes.map(({ entity }) => entity),
    ...decisionsAndNodes.map(({ entity }) => entity),
  ]
}

/** An entity with the number of the node that it is about. */
interface About {
  nodeId: number
  entity: RolledEntity
}

async function nodeEntities(db: Executor, ids: number[]): Promise<Array<RolledNode | RolledNodeGone>> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ node: nodes, state: nodeStates })
    .from(nodes)
    .innerJoin(nodeStates, eq(nodeStates.nodeId, nodes.id))
    .where(inArray(nodes.id, ids))
  return rows
    .filter(({ node }) => !node.isSelf)
    .sort((a, b) => a.node.path.length - b.node.path.length)
    .map(({ node, state }) => (node.deletedAt ? gone(node) : rolledNode(node, state)))
}

function gone(node: NodeRow): RolledNodeGone {
  return { kind: 'node_gone', agent_id: node.agentId, deleted: node.removedReason === 'deleted' }
}

function rolledNode(node: NodeRow, state: NodeStateRow): RolledNode {
  return {
    kind: 'node',
    agent_id: node.agentId,
    parent_id: node.path.at(-2) ?? node.agentId,
    node_uid: node.nodeUid,
    generation: node.generation,
    name: node.name,
    role: node.role,
    version: node.version,
    status: state.status,
    health_status: state.healthStatus,
    issues: { L1: state.issuesL1, L2: state.issuesL2, L3: state.issuesL3 },
    metrics: state.metrics,
    metadata: node.metadata,
    last_seen_at: isoOrNull(state.lastSeenAt),
    stale_since: isoOrNull(state.staleSince),
  }
}

async function alertEntities(db: Executor, ids: number[]): Promise<About[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ row: alerts, agentId: nodes.agentId })
    .from(alerts)
    .innerJoin(nodes, eq(nodes.id, alerts.nodeId))
    .where(inArray(alerts.id, ids))
  return rows.map(({ row, agentId }) => ({ nodeId: row.nodeId, entity: rolledAlert(row, agentId) }))
}

async function decisionEntities(db: Executor, ids: number[]): Promise<About[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ row: decisions, agentId: nodes.agentId })
    .from(decisions)
    .innerJoin(nodes, eq(nodes.id, decisions.nodeId))
    .where(inArray(decisions.id, ids))
  return rows.map(({ row, agentId }) => ({ nodeId: row.nodeId, entity: rolledDecision(row, agentId) }))
}

/** Up to where that parent has taken in our feed, as it last said. */
export async function parentPosition(db: Executor, parentId: string): Promise<{ seq: number; mark: string | null }> {
  const [row] = await db.select().from(upstreamCursors).where(eq(upstreamCursors.parentId, parentId))
  return row ?? { seq: 0, mark: null }
}

export async function keepParentPosition(
  db: Executor,
  parentId: string,
  position: { seq: number; mark: string | null },
): Promise<void> {
  await db
    .insert(upstreamCursors)
    .values({ parentId, ...position })
    .onConflictDoUpdate({ target: upstreamCursors.parentId, set: position })
}

export interface SubtreeFigures {
  cpu: number
  memory: number
  disk: number
  load: [number, number, number]
}

/** Averages over the nodes that are online here and below, this monitor's own host included; zeros when none reports. */
export async function subtreeFigures(db: Executor): Promise<SubtreeFigures> {
  const figure = (path: string) => sql.raw(`coalesce(avg((s.metrics #>> '{${path}}')::float8), 0)::float8`)
  const [row] = await db.execute<{
    cpu: number
    memory: number
    disk: number
    load1: number
    load5: number
    load15: number
  }>(sql`
    select ${figure('cpu_percent')} as cpu, ${figure('memory_percent')} as memory, ${figure('disk_percent')} as disk,
      ${figure('load_average,0')} as load1, ${figure('load_average,1')} as load5, ${figure('load_average,2')} as load15
    from ${nodeStates} s join ${nodes} n on n.id = s.node_id
    where n.deleted_at is null and s.status = 'online' and s.metrics is not null`)
  return {
    cpu: row?.cpu ?? 0,
    memory: row?.memory ?? 0,
    disk: row?.disk ?? 0,
    load: [row?.load1 ?? 0, row?.load5 ?? 0, row?.load15 ?? 0],
  }
}
