import { and, desc, eq, gte, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Executor, Tx } from '../../db/open.ts'
import { intents, tasks } from '../../db/schema/intents.ts'
import { nodes } from '../../db/schema/nodes.ts'
import { hasText } from '../../db/has-text.ts'
import { inSubtree } from '../nodes/nodes.store.ts'
import { type Visibility, visibleIn } from '../nodes/visibility.ts'
import type { IntentType } from '../../contract/intents.ts'

export interface NewIntent {
  nodeId: number | null
  taskId?: number | null
  type: IntentType
  data: string
  actor?: string | null
  at: Date
}

/** Writes what was decided, blocked, done or noted, in the order given. */
export async function writeIntents(tx: Tx, rows: readonly NewIntent[]): Promise<void> {
  if (rows.length === 0) return
  await tx.insert(intents).values(
    rows.map((row) => ({
      nodeId: row.nodeId,
      taskId: row.taskId ?? null,
      type: row.type,
      data: row.data,
      actor: row.actor ?? null,
      createdAt: row.at,
    })),
  )
}

/** The open task of a fault of a node (its type and subject); a new one when there is none. */
export async function taskOf(tx: Tx, nodeId: number, type: string, subject: string): Promise<number> {
  const [row] = await tx
    .insert(tasks)
    .values({ nodeId, type, subject })
    .onConflictDoUpdate({
      target: [tasks.nodeId, tasks.type, tasks.subject],
      targetWhere: sql`closed_at is null`,
      set: { type: sql`excluded.type` },
    })
    .returning({ id: tasks.id })
  if (!row) throw new Error('an upsert returned no row')
  return row.id
}

/** Which node a task is about; null when there is no such task. */
export async function nodeOfTask(db: Executor, taskId: number): Promise<number | null> {
  const [row] = await db.select({ nodeId: tasks.nodeId }).from(tasks).where(eq(tasks.id, taskId))
  return row?.nodeId ?? null
}

/** The fault is over: its next event begins a new task. */
export async function closeTask(tx: Tx, taskId: number, at: Date): Promise<void> {
  await tx
    .update(tasks)
    .set({ closedAt: at })
    .where(and(eq(tasks.id, taskId), isNull(tasks.closedAt)))
}

export interface IntentFilter {
  taskId?: number | undefined
  type?: IntentType | undefined
  agentId?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
  under?: string | undefined
  q?: string | undefined
  visibility: Visibility
  limit: number
  offset: number
}

export async function listIntents(db: Executor, filter: IntentFilter) {
  const conditions: SQL[] = []
  if (filter.taskId !== undefined) conditions.push(eq(intents.taskId, filter.taskId))
  if (filter.type) conditions.push(eq(intents.type, filter.type))
  if (filter.agentId) conditions.push(eq(nodes.agentId, filter.agentId))
  if (filter.since) conditions.push(gte(intents.createdAt, filter.since))
  if (filter.until) conditions.push(lt(intents.createdAt, filter.until))
  if (filter.under) conditions.push(inSubtree({ agentId: filter.under }))
  if (filter.q) conditions.push(hasText(filter.q, [intents.data, nodes.agentId, intents.actor]))
  const where = and(...conditions, visibleIn(filter.visibility))
  const rows = await db
    .select({ intent: intents, agentId: nodes.agentId })
    .from(intents)
    .leftJoin(nodes, eq(nodes.id, intents.nodeId))
    .where(where)
    .orderBy(desc(intents.createdAt), desc(intents.id))
    .limit(filter.limit)
    .offset(filter.offset)
  const [count] = await db
    .select({ total: sql<number>`count(*)::int` })
    .from(intents)
    .leftJoin(nodes, eq(nodes.id, intents.nodeId))
    .where(where)
  return { rows, total: count?.total ?? 0 }
}
