import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Executor } from '../../db/open.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'

export type NodeRow = typeof nodes.$inferSelect
export type NodeStateRow = typeof nodeStates.$inferSelect
export type NewNode = Omit<typeof nodes.$inferInsert, 'id' | 'path'>

/** The node of that name, also when it was deleted (`deletedAt` tells). */
export async function findNode(db: Executor, agentId: string): Promise<NodeRow | null> {
  const [row] = await db.select().from(nodes).where(eq(nodes.agentId, agentId))
  return row ?? null
}

/** As `findNode`, and nobody else changes or moves it until the transaction ends. */
export async function lockNode(db: Executor, agentId: string): Promise<NodeRow | null> {
  const [row] = await db.select().from(nodes).where(eq(nodes.agentId, agentId)).for('update')
  return row ?? null
}

export async function nodeById(db: Executor, id: number): Promise<NodeRow | null> {
  const [row] = await db.select().from(nodes).where(eq(nodes.id, id))
  return row ?? null
}

/** The user that owns a node, also one that was deleted; null when nobody does. */
export async function ownerOf(db: Executor, agentId: string): Promise<number | null> {
  const [row] = await db.select({ ownerId: nodes.ownerId }).from(nodes).where(eq(nodes.agentId, agentId))
  return row?.ownerId ?? null
}

/** The monitor itself. Exists from its first start on. */
export async function selfNode(db: Executor): Promise<NodeRow> {
  const [row] = await db.select().from(nodes).where(eq(nodes.isSelf, true))
  if (!row) throw new Error('this monitor has no row of its own yet')
  return row
}

export async function stateOf(db: Executor, nodeId: number): Promise<NodeStateRow> {
  const [row] = await db.select().from(nodeStates).where(eq(nodeStates.nodeId, nodeId))
  if (!row) throw new Error(`node ${nodeId} has no state row`)
  return row
}

/** Adds a node below `parent` (null: the monitor itself) with an empty state, or brings a deleted one back under its old number. */
export async function putNode(db: Executor, parent: NodeRow | null, node: NewNode): Promise<NodeRow> {
  const path = [...(parent?.path ?? []), node.agentId]
  const values = { ...node, parentId: parent?.id ?? null, path }
  const [row] = await db
    .insert(nodes)
    .values(values)
    .onConflictDoUpdate({
      target: nodes.agentId,
      set: { ...values, deletedAt: null, removedReason: null, updatedAt: sql`now()` },
    })
    .returning()
  if (!row) throw new Error('an upsert returned no row')
  await beginState(db, [row.id])
  return row
}

/** Nothing is known yet of nodes that joined, also when something was known of them before they had left. */
export async function beginState(db: Executor, nodeIds: readonly number[]): Promise<void> {
  if (nodeIds.length === 0) return
  const unknown = sql`'unknown'`
  await db
    .insert(nodeStates)
    .values(nodeIds.map((nodeId) => ({ nodeId })))
    .onConflictDoUpdate({
      target: nodeStates.nodeId,
      set: {
        status: unknown,
        reportedStatus: unknown,
        statusReason: sql`'registered'`,
        statusSince: sql`now()`,
        healthStatus: unknown,
        lastSeenAt: null,
        staleSince: null,
        goodbyeAt: null,
        reportedAt: null,
        issuesL1: 0,
        issuesL2: 0,
        issuesL3: 0,
        metrics: null,
        rolledCpu: null,
        rolledMemory: null,
        rolledDisk: null,
      },
    })
}

/** Rewrites identity fields of a node. */
export async function updateNode(db: Executor, id: number, set: Partial<NewNode>): Promise<void> {
  await db
    .update(nodes)
    .set({ ...set, updatedAt: sql`now()` })
    .where(eq(nodes.id, id))
}

/** Hangs a node, with everything below it, under another parent. Returns the row numbers that moved. */
export async function moveNode(db: Executor, node: NodeRow, parent: NodeRow): Promise<number[]> {
  const newPath = [...parent.path, node.agentId]
  await db.update(nodes).set({ parentId: parent.id }).where(eq(nodes.id, node.id))
  const moved = await db
    .update(nodes)
    .set({ path: sql`${textArray(newPath)} || ${nodes.path}[${node.path.length + 1}:]`, updatedAt: sql`now()` })
    .where(inSubtree(node))
    .returning({ id: nodes.id })
  return moved.map((row) => row.id)
}

/** Condition: the node itself or one below it. */
export function inSubtree(node: Pick<NodeRow, 'agentId'>) {
  return sql`${nodes.path} @> ${textArray([node.agentId])}`
}

/** A `text[]` parameter. */
export function textArray(values: readonly string[]) {
  return sql`array(select jsonb_array_elements_text(${JSON.stringify(values)}::text::jsonb))`
}

/** Live nodes of a subtree, the top included. */
export async function subtreeOf(db: Executor, node: Pick<NodeRow, 'agentId'>): Promise<NodeRow[]> {
  return await db
    .select()
    .from(nodes)
    .where(and(inSubtree(node), isNull(nodes.deletedAt)))
}

/** Takes nodes out of the tree; their history stays. Returns those that were still in it. */
export async function markRemoved(
  db: Executor,
  ids: readonly number[],
  reason: 'deleted' | 'moved',
): Promise<NodeRow[]> {
  if (ids.length === 0) return []
  return await db
    .update(nodes)
    .set({ deletedAt: sql`now()`, removedReason: reason, updatedAt: sql`now()` })
    .where(and(inArray(nodes.id, [...ids]), isNull(nodes.deletedAt)))
    .returning()
}
