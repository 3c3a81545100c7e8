import { and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { NodeListItem, NodeQuery } from '../../contract/cluster.ts'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import type { Executor } from '../../db/open.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'
import { hasText } from '../../db/has-text.ts'
import { rollupCursors } from '../../db/schema/tree.ts'
import { isoOrNull } from '../../lib/time.ts'
import type { NodeRow, NodeStateRow } from './nodes.store.ts'
import type { FlatNode } from './topology.ts'
import { type Visibility, visibleIn } from './visibility.ts'

/**
 * When the node was last known to be alive: its own last sign, or, for an online node further down, the last time
 * its region vouched for it (signs of life are not sent up one by one).
 */
const lastAlive = sql<string | null>`case when ${nodeStates.status} = 'online' and cardinality(${nodes.path}) > 2
  then greatest(${nodeStates.lastSeenAt}, (select rc.received_at from ${rollupCursors} rc join ${nodes} top on top.id = rc.node_id where top.agent_id = ${nodes}.path[2]))
  else ${nodeStates.lastSeenAt} end`

const columns = { node: nodes, state: nodeStates, lastAlive }
type Row = { node: NodeRow; state: NodeStateRow; lastAlive: string | null }

/** What is in the tree: not deleted, and the monitor itself only when a probe reports its host. */
const present = and(isNull(nodes.deletedAt), sql`not (${nodes.isSelf} and ${nodeStates.lastSeenAt} is null)`)

const sortColumns: Record<string, SQL | AnyPgColumn> = {
  id: nodes.id,
  agent_id: nodes.agentId,
  name: nodes.name,
  status: sql`array_position(array['offline','unreachable','unknown','online'], ${nodeStates.status})`,
  health: sql`array_position(array['critical','warning','unknown','healthy'], ${nodeStates.healthStatus})`,
  last_heartbeat: nodeStates.lastSeenAt,
  depth: sql`cardinality(${nodes.path})`,
}

/** Nodes of every depth that match, and how many of all that match have which status. */
export async function listNodes(
  db: Executor,
  query: Omit<NodeQuery, 'sort'> & { sort: NodeQuery['sort'] | 'id' },
  visibility: Visibility,
) {
  const conditions: Array<SQL | undefined> = [present, visibleIn(visibility)]
  if (query.status) conditions.push(eq(nodeStates.status, query.status))
  if (query.health) conditions.push(eq(nodeStates.healthStatus, query.health))
  if (query.parent) conditions.push(sql`${nodes.path}[cardinality(${nodes.path}) - 1] = ${query.parent}`)
  if (query.depth !== undefined) conditions.push(sql`cardinality(${nodes.path}) - 1 = ${query.depth}`)
  if (query.q) conditions.push(hasText(query.q, [nodes.agentId, nodes.name]))
  const where = and(...conditions)
  const descending = query.sort.startsWith('-')
  const column = sortColumns[query.sort.replace('-', '')] ?? nodes.agentId
  const rows = await db
    .select(columns)
    .from(nodes)
    .innerJoin(nodeStates, eq(nodeStates.nodeId, nodes.id))
    .where(where)
    .orderBy(descending ? desc(column) : asc(column), asc(nodes.agentId))
    .limit(query.limit)
    .offset(query.offset)
  const [counts] = await db
    .select({
      total: sql<number>`count(*)::int`,
      online: sql<number>`(count(*) filter (where ${nodeStates.status} = 'online'))::int`,
      offline: sql<number>`(count(*) filter (where ${nodeStates.status} = 'offline'))::int`,
      unreachable: sql<number>`(count(*) filter (where ${nodeStates.status} = 'unreachable'))::int`,
      unknown: sql<number>`(count(*) filter (where ${nodeStates.status} = 'unknown'))::int`,
    })
    .from(nodes)
    .innerJoin(nodeStates, eq(nodeStates.nodeId, nodes.id))
    .where(where)
  return { rows, counts: counts ?? { total: 0, online: 0, offline: 0, unreachable: 0, unknown: 0 } }
}

/** One node with its state; null when it is not in the tree. */
export async function nodeWithState(db: Executor, agentId: string): Promise<Row | null> {
  const [row] = await db
    .select(columns)
    .from(nodes)
    .innerJoin(nodeStates, eq(nodeStates.nodeId, nodes.id))
    .where(and(eq(nodes.agentId, agentId), isNull(nodes.deletedAt)))
  return row ?? null
}

/** The whole tree, flat. With a narrower visibility: what is visible and everything above that; always this monitor. */
export async function flatTree(db: Executor, visibility: Visibility): Promise<FlatNode[]> {
  const visible = visibleIn(visibility)
  const above = sql`exists (select 1 from ${nodes} v where v.deleted_at is null and v.path @> array[${nodes.agentId}]
    and v.owner_id = ${visibility.kind === 'owned' ? visibility.ownerId : null})`
  return await db
    .select({
      id: nodes.id,
      parentId: nodes.parentId,
      agentId: nodes.agentId,
      name: nodes.name,
      role: nodes.role,
      status: nodeStates.status,
      health: nodeStates.healthStatus,
    })
    .from(nodes)
    .innerJoin(nodeStates, eq(nodeStates.nodeId, nodes.id))
    .where(
      and(
        isNull(nodes.deletedAt),
        visible && (visibility.kind === 'owned' ? sql`(${visible} or ${above} or ${nodes.isSelf})` : visible),
      ),
    )
}

/** A node as the API shows it (spec: 集群管理接口 7). */
export function nodeView({ node, state, lastAlive: alive }: Row): NodeListItem {
  return {
    agent_id: node.agentId,
    server_id: node.id,
    name: node.name,
    role: node.role,
    version: node.version,
    status: state.status,
    health_status: state.healthStatus,
    last_heartbeat: alive === null ? null : new Date(alive).toISOString(),
    issues_count: { L1: state.issuesL1, L2: state.issuesL2, L3: state.issuesL3 },
    metrics: state.metrics,
    parent_id: node.path.at(-2) ?? null,
    path: node.path,
    depth: node.path.length - 1,
    stale_since: isoOrNull(state.staleSince),
  }
}
