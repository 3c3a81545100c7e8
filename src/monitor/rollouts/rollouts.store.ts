import { and, asc, count, desc, eq, inArray, sql } from 'drizzle-orm'
import type { RolloutStatus, TargetState } from '../../contract/rollouts.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'
import { rollouts, rolloutTargets } from '../../db/schema/rollouts.ts'
import { inSubtree } from '../nodes/nodes.store.ts'

export type RolloutRow = typeof rollouts.$inferSelect
export type TargetRow = typeof rolloutTargets.$inferSelect & {
  agentId: string
  ownerId: number | null
  /** What the node reports now. */
  version: string | null
  isOnline: boolean
}

const busyStates: TargetState[] = ['waiting', 'offline', 'installing']

/** What is to be upgraded, as it stands now; ids that are no node, or a deleted one, are left out. */
export async function candidates(db: Executor, ids: readonly number[]) {
  return await db
    .select({
      id: nodes.id,
      version: nodes.version,
      path: nodes.path,
      ownerId: nodes.ownerId,
      isOnline: sql<boolean>`${nodeStates.status} = 'online'`,
    })
    .from(nodes)
    .innerJoin(nodeStates, eq(nodeStates.nodeId, nodes.id))
    .where(and(inArray(nodes.id, [...ids]), sql`${nodes.deletedAt} is null`))
}

/** Writes a rollout down. The node ids that another rollout works on come back; then the caller gives up. */
export async function insertRollout(
  tx: Tx,
  rollout: typeof rollouts.$inferInsert,
  targets: ReadonlyArray<{ nodeId: number; ring: number; state: 'waiting' | 'offline'; fromVersion: string | null }>,
): Promise<{ id: number; busy: number[] }> {
  const [row] = await tx.insert(rollouts).values(rollout).returning({ id: rollouts.id })
  if (!row) throw new Error('an insert returned no row')
  const taken = await tx
    .insert(rolloutTargets)
    .values(targets.map((target) => ({ ...target, rolloutId: row.id })))
    .onConflictDoNothing()
    .returning({ nodeId: rolloutTargets.nodeId })
  const ids = new Set(taken.map(({ nodeId }) => nodeId))
  return { id: row.id, busy: targets.map(({ nodeId }) => nodeId).filter((id) => !ids.has(id)) }
}

export async function rolloutById(db: Executor, id: number): Promise<RolloutRow | null> {
  const [row] = await db.select().from(rollouts).where(eq(rollouts.id, id))
  return row ?? null
}

export async function runningRollouts(db: Executor): Promise<RolloutRow[]> {
  return await db.select().from(rollouts).where(eq(rollouts.status, 'running')).orderBy(asc(rollouts.id))
}

export async function listRollouts(
  db: Executor,
  filter: {
    status?: RolloutStatus | undefined
    ownerId: number | null
    under?: string | undefined
    limit: number
    offset: number
  },
): Promise<{ rows: RolloutRow[]; total: number }> {
  const where = and(
    filter.status === undefined ? undefined : eq(rollouts.status, filter.status),
    filter.ownerId === null && filter.under === undefined ? undefined : hasServer(filter),
  )
  const [rows, [total]] = await Promise.all([
    db.select().from(rollouts).where(where).orderBy(desc(rollouts.id)).limit(filter.limit).offset(filter.offset),
    db.select({ value: count() }).from(rollouts).where(where),
  ])
  return { rows, total: total?.value ?? 0 }
}

/** Condition over `rollouts`: a server of that user, and at or below that node, is in it. */
function hasServer({ ownerId, under }: { ownerId: number | null; under?: string | undefined }) {
  const seen = and(
    eq(rolloutTargets.rolloutId, rollouts.id),
    ownerId === null ? undefined : eq(nodes.ownerId, ownerId),
    under === undefined ? undefined : inSubtree({ agentId: under }),
  )
  return sql`exists (select 1 from ${rolloutTargets} join ${nodes} on ${nodes.id} = ${rolloutTargets.nodeId} where ${seen})`
}

/** How many targets of each rollout are in each state; of one owner, if given. */
export async function countTargets(
  db: Executor,
  ids: readonly number[],
  ownerId: number | null,
): Promise<Array<{ rolloutId: number; state: TargetState; value: number }>> {
  if (ids.length === 0) return []
  return await db
    .select({ rolloutId: rolloutTargets.rolloutId, state: rolloutTargets.state, value: count() })
    .from(rolloutTargets)
    .innerJoin(nodes, eq(nodes.id, rolloutTargets.nodeId))
    .where(and(inArray(rolloutTargets.rolloutId, [...ids]), ownerId === null ? undefined : eq(nodes.ownerId, ownerId)))
    .groupBy(rolloutTargets.rolloutId, rolloutTargets.state)
}

export async function targetsOf(db: Executor, rolloutId: number): Promise<TargetRow[]> {
  const rows = await db
    .select({
      target: rolloutTargets,
      agentId: nodes.agentId,
      ownerId: nodes.ownerId,
      version: nodes.version,
      isOnline: sql<boolean>`${nodeStates.status} = 'online'`,
    })
    .from(rolloutTargets)
    .innerJoin(nodes, eq(nodes.id, rolloutTargets.nodeId))
    .innerJoin(nodeStates, eq(nodeStates.nodeId, nodes.id))
    .where(eq(rolloutTargets.rolloutId, rolloutId))
    .orderBy(asc(rolloutTargets.ring), asc(rolloutTargets.id))
  return rows.map(({ target, ...node }) => ({ ...target, ...node }))
}

/** Changes targets that are still in one of `from`. Returns the ids of those that were. */
export async function moveTargets(
  db: Executor,
  ids: readonly number[],
  from: readonly TargetState[],
  set: Partial<typeof rolloutTargets.$inferInsert>,
): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await db
    .update(rolloutTargets)
    .set(set)
    .where(and(inArray(rolloutTargets.id, [...ids]), inArray(rolloutTargets.state, [...from])))
    .returning({ id: rolloutTargets.id })
  return rows.map(({ id }) => id)
}

/** Begins with a target that waits. False when it does not wait any more. */
export async function beginTarget(db: Executor, id: number, at: Date): Promise<boolean> {
  const set = { state: 'installing' as const, startedAt: at, jobId: null, reason: '' }
  const attempts = sql`${rolloutTargets.attempts} + 1`
  return (await moveTargets(db, [id], ['waiting'], { ...set, attempts: attempts as unknown as number })).length > 0
}

/** Ends a rollout that runs, and what of it has not begun. False when it was over. */
export async function endRollout(
  tx: Tx,
  id: number,
  end: { status: Exclude<RolloutStatus, 'running'>; reason: string; at: Date },
): Promise<boolean> {
  const rows = await tx
    .update(rollouts)
    .set({ status: end.status, reason: end.reason, finishedAt: end.at })
    .where(and(eq(rollouts.id, id), eq(rollouts.status, 'running')))
    .returning({ id: rollouts.id })
  if (rows.length === 0) return false
  await tx
    .update(rolloutTargets)
    .set({ state: 'cancelled', reason: end.reason, finishedAt: end.at })
    .where(and(eq(rolloutTargets.rolloutId, id), inArray(rolloutTargets.state, busyStates)))
  return true
}
