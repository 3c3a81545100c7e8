import { and, desc, eq, gt, isNotNull, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import { isDeepStrictEqual } from 'node:util'
import type { DecisionHop } from '../../contract/decision-path.ts'
import type { DecisionRequest } from '../../contract/decisions.ts'
import type { NodeRole } from '../../contract/common.ts'
import type { DecidedBy, DecisionStatus } from '../../contract/rollup.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { decisions, type ToldBelow } from '../../db/schema/decisions.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'
import { hasText } from '../../db/has-text.ts'
import { inSubtree } from '../nodes/nodes.store.ts'
import { type Visibility, visibleIn } from '../nodes/visibility.ts'

export type DecisionRow = typeof decisions.$inferSelect
export type NewDecision = Omit<typeof decisions.$inferInsert, 'id'>

/** The decision of that request, made now if there is none: one row per request, whoever asks how often. */
export async function putRequest(tx: Tx, row: NewDecision): Promise<{ row: DecisionRow; created: boolean }> {
  const [created] = await tx.insert(decisions).values(row).onConflictDoNothing().returning()
  if (created) return { row: created, created: true }
  const known = await decisionOf(tx, row.nodeId, row.requestId)
  if (!known) throw new Error('a decision vanished between an insert and a read')
  return { row: known, created: false }
}

export async function decisionOf(db: Executor, nodeId: number, requestId: string): Promise<DecisionRow | null> {
  const [row] = await db
    .select()
    .from(decisions)
    .where(and(eq(decisions.nodeId, nodeId), eq(decisions.requestId, requestId)))
  return row ?? null
}

/** A copy from below is asked about by its node: from now on it is this monitor's to decide, with a life of its own. */
export async function adoptCopy(
  tx: Tx,
  id: number,
  set: Pick<DecisionRow, 'subject' | 'taskId' | 'expiresAt' | 'told'> & Pick<DecisionRequest, 'issue' | 'context'>,
): Promise<DecisionRow | null> {
  const [row] = await tx
    .update(decisions)
    .set(set)
    .where(and(eq(decisions.id, id), isNull(decisions.issue), eq(decisions.status, 'pending')))
    .returning()
  return row ?? null
}

export interface FoundDecision {
  row: DecisionRow
  agentId: string
  role: NodeRole
  path: string[]
  ownerId: number | null
}

export async function decisionById(db: Executor, id: number): Promise<FoundDecision | null> {
  const [found] = await db
    .select({ row: decisions, agentId: nodes.agentId, role: nodes.role, path: nodes.path, ownerId: nodes.ownerId })
    .from(decisions)
    .innerJoin(nodes, eq(nodes.id, decisions.nodeId))
    .where(eq(decisions.id, id))
  return found ?? null
}

export interface Settlement {
  status: DecisionStatus
  reason: string
  llmAnalysis: string | null
  decidedBy: DecidedBy | null
  authority: string | null
  hops: DecisionHop[]
  decidedAt: Date
  expiresAt: Date
}

/** Settles a pending decision; null when somebody else has settled it first. */
export async function settleRow(
  tx: Tx,
  id: number,
  set: Settlement,
  from: DecisionStatus = 'pending',
): Promise<DecisionRow | null> {
  const [row] = await tx
    .update(decisions)
    .set(set)
    .where(and(eq(decisions.id, id), eq(decisions.status, from), isNull(decisions.executionResult)))
    .returning()
  return row ?? null
}

/**
 * Approves a pending decision while its life lasts; null when that is over, or somebody else has settled it first. The
 * life of a copy is its owner's to end, whose clock may differ.
 */
export async function approveRow(tx: Tx, id: number, set: Settlement): Promise<DecisionRow | null> {
  const alive = or(isNull(decisions.issue), gt(decisions.expiresAt, set.decidedAt))
  const [row] = await tx
    .update(decisions)
    .set(set)
    .where(and(eq(decisions.id, id), eq(decisions.status, 'pending'), alive))
    .returning()
  return row ?? null
}

/** Notes why a decision is still pending. */
export async function noteRow(
  tx: Tx,
  id: number,
  set: { reason: string; hops: DecisionHop[]; authority: string | null },
): Promise<void> {
  await tx
    .update(decisions)
    .set(set)
    .where(and(eq(decisions.id, id), eq(decisions.status, 'pending')))
}

/** Keeps what monitors below told of their part of the way; false when it is known already. */
export async function keepTold(tx: Tx, row: Pick<DecisionRow, 'id' | 'told'>, told: ToldBelow): Promise<boolean> {
  if (isDeepStrictEqual(row.told, told)) return false
  await tx.update(decisions).set({ told }).where(eq(decisions.id, row.id))
  return true
}

/** The model was asked: what the budget of the hour is counted from. */
export async function noteJudged(db: Executor, id: number, at: Date): Promise<void> {
  await db.update(decisions).set({ judgedAt: at }).where(eq(decisions.id, id))
}

export async function countJudgedSince(db: Executor, since: Date): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(decisions)
    .where(gt(decisions.judgedAt, since))
  return row?.count ?? 0
}

/**
 * Keeps the first result of an execution (`at` is null when nothing was run); null when one is there already, or the
 * decision has another status than `of` says.
 */
export async function putResult(
  tx: Tx,
  id: number,
  set: { at: Date | null; result: string; output: string | null; tookMs: number | null },
  of: 'approved' | 'any',
): Promise<DecisionRow | null> {
  const [row] = await tx
    .update(decisions)
    .set({
      executedAt: set.at,
      executionResult: set.result,
      executionOutput: set.output,
      executionMs: set.tookMs,
    })
    .where(
      and(eq(decisions.id, id), of === 'any' ? undefined : eq(decisions.status, of), isNull(decisions.executionResult)),
    )
    .returning()
  return row ?? null
}

/** The reason of a copy that was expired here because its owner was silent beyond the end of its life. */
export const OWNER_SILENT = 'owner_silent'

/**
 * Pending decisions whose life is over become expired. A copy from below only while its node is out of reach: otherwise
 * its owner ends it, by the owner's own clock.
 */
export async function expireDue(
  tx: Tx,
  now: Date,
): Promise<Array<{ id: number; nodeId: number; taskId: number | null; issueType: string; agentId: string }>> {
  return await tx
    .update(decisions)
    .set({
      status: 'expired',
      decidedAt: now,
      reason: sql`case when ${decisions.issue} is null then ${OWNER_SILENT} else ${decisions.reason} end`,
    })
    .from(nodes)
    .innerJoin(nodeStates, eq(nodeStates.nodeId, nodes.id))
    .where(
      and(
        eq(decisions.status, 'pending'),
        or(isNotNull(decisions.issue), ne(nodeStates.status, 'online')),
        lt(decisions.expiresAt, now),
        eq(nodes.id, decisions.nodeId),
      ),
    )
    .returning({
      id: decisions.id,
      nodeId: decisions.nodeId,
      taskId: decisions.taskId,
      issueType: decisions.issueType,
      agentId: nodes.agentId,
    })
}

/** The newest decision about that fault that was made after `since` and not carried out. */
export async function recentDecision(
  db: Executor,
  nodeId: number,
  type: string,
  subject: string,
  since: Date,
): Promise<DecisionRow | null> {
  const [row] = await db
    .select()
    .from(decisions)
    .where(
      and(
        eq(decisions.nodeId, nodeId),
        eq(decisions.issueType, type),
        eq(decisions.subject, subject),
        gt(decisions.createdAt, since),
        isNull(decisions.executionResult),
      ),
    )
    .orderBy(desc(decisions.createdAt))
    .limit(1)
  return row ?? null
}

export interface DecisionFilter {
  agentId?: string | undefined
  status?: DecisionStatus | undefined
  taskId?: number | undefined
  under?: string | undefined
  q?: string | undefined
  visibility: Visibility
  limit: number
  offset: number
}

/** Newest first. */
export async function listDecisions(db: Executor, filter: DecisionFilter) {
  const conditions: SQL[] = []
  if (filter.agentId) conditions.push(eq(nodes.agentId, filter.agentId))
  if (filter.status) conditions.push(eq(decisions.status, filter.status))
  if (filter.taskId !== undefined) conditions.push(eq(decisions.taskId, filter.taskId))
  if (filter.under) conditions.push(inSubtree({ agentId: filter.under }))
  if (filter.q) {
    const { agentId } = nodes
    const { issueType, issueDescription, proposedAction } = decisions
    conditions.push(hasText(filter.q, [agentId, issueType, issueDescription, proposedAction]))
  }
  const where = and(...conditions, visibleIn(filter.visibility))
  const rows = await db
    .select({ row: decisions, agentId: nodes.agentId, path: nodes.path, ownerId: nodes.ownerId })
    .from(decisions)
    .innerJoin(nodes, eq(nodes.id, decisions.nodeId))
    .where(where)
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
    .limit(filter.limit)
    .offset(filter.offset)
  const [count] = await db
    .select({ total: sql<number>`count(*)::int` })
    .from(decisions)
    .innerJoin(nodes, eq(nodes.id, decisions.nodeId))
    .where(where)
  return { rows, total: count?.total ?? 0 }
}
