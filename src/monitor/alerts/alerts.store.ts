import { and, desc, eq, inArray, ne, type SQL, sql } from 'drizzle-orm'
import type { IssueLevel, JsonObject, NodeRole, Severity } from '../../contract/common.ts'
import type { AlertStatus } from '../../contract/rollup.ts'
import { hasText } from '../../db/has-text.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { alerts } from '../../db/schema/alerts.ts'
import { nodes } from '../../db/schema/nodes.ts'
import { inSubtree } from '../nodes/nodes.store.ts'
import { type Visibility, visibleIn } from '../nodes/visibility.ts'

export type AlertRow = typeof alerts.$inferSelect

export interface Fault {
  nodeId: number
  level: IssueLevel
  type: string
  subject: string
  description: string
  severity: Severity
  details: JsonObject
  /** `issue`, `tree` or `rule`. */
  origin: string
  /** Of a rule: what was measured, and the bound that it crossed. */
  value?: number
  threshold?: number
}

const severityOrder = (column: SQL | typeof alerts.severity) =>
  sql`array_position(array['low','medium','high','critical'], ${column})`

/**
 * Opens an alert, or counts one more occurrence of the open one of the same node, type and subject; a higher severity
 * raises it. One statement, so that two reports at once cannot open two.
 */
export async function upsertAlert(
  tx: Tx,
  fault: Fault,
  init: { uid: string; at: Date; taskId: number },
): Promise<{ row: AlertRow; created: boolean; wasSeverity: Severity | null }> {
  const [open] = await tx
    .select({ severity: alerts.severity })
    .from(alerts)
    .where(
      and(
        eq(alerts.nodeId, fault.nodeId),
        eq(alerts.type, fault.type),
        eq(alerts.subject, fault.subject),
        ne(alerts.status, 'resolved'),
      ),
    )
    .for('update')
  const [row] = await tx
    .insert(alerts)
    .values({ ...fault, uid: init.uid, taskId: init.taskId, createdAt: init.at, lastSeenAt: init.at })
    .onConflictDoUpdate({
      target: [alerts.nodeId, alerts.type, alerts.subject],
      targetWhere: sql`status <> 'resolved'`,
      set: {
        occurrences: sql`${alerts.occurrences} + 1`,
        lastSeenAt: init.at,
        description: fault.description,
        details: fault.details,
        value: fault.value ?? null,
        threshold: fault.threshold ?? null,
        severity: sql`case when ${severityOrder(sql`excluded.severity`)} > ${severityOrder(alerts.severity)} then excluded.severity else ${alerts.severity} end`,
      },
    })
    .returning()
  if (!row) throw new Error('an upsert returned no row')
  return { row, created: row.uid === init.uid, wasSeverity: open?.severity ?? null }
}

export interface FoundAlert {
  row: AlertRow
  agentId: string
  agentName: string
  role: NodeRole
  path: string[]
  ownerId: number | null
}

export async function alertById(db: Executor, id: number): Promise<FoundAlert | null> {
  const node = { agentId: nodes.agentId, agentName: nodes.name, role: nodes.role, path: nodes.path }
  const [found] = await db
    .select({ row: alerts, ...node, ownerId: nodes.ownerId })
    .from(alerts)
    .innerJoin(nodes, eq(nodes.id, alerts.nodeId))
    .where(eq(alerts.id, id))
  return found ?? null
}

export async function alertByUid(db: Executor, uid: string): Promise<AlertRow | null> {
  const [row] = await db.select().from(alerts).where(eq(alerts.uid, uid))
  return row ?? null
}

/** Who did what to an alert. */
export interface Handling {
  by: string
  at: Date
  notes: string | null
  onBehalfOf: string | null
}

/** Settles who acknowledged first: null when it was no longer new. */
export async function acknowledgeRow(tx: Tx, id: number, handling: Handling): Promise<AlertRow | null> {
  const set = { status: 'acknowledged' as const, acknowledgedAt: handling.at, acknowledgedBy: handling.by }
  return await updateRow(tx, and(eq(alerts.id, id), eq(alerts.status, 'new')), set, handling)
}

/** Settles who resolved first: null when it was resolved already. */
export async function resolveRow(tx: Tx, id: number, handling: Handling): Promise<AlertRow | null> {
  const set = { status: 'resolved' as const, resolvedAt: handling.at, resolvedBy: handling.by }
  return await updateRow(tx, and(eq(alerts.id, id), ne(alerts.status, 'resolved')), set, handling)
}

async function updateRow(
  tx: Tx,
  where: SQL | undefined,
  set: Partial<AlertRow>,
  { notes, onBehalfOf }: Handling,
): Promise<AlertRow | null> {
  const [row] = await tx
    .update(alerts)
    .set({ ...set, notes: notes ?? sql`${alerts.notes}`, onBehalfOf: onBehalfOf ?? sql`${alerts.onBehalfOf}` })
    .where(where)
    .returning()
  return row ?? null
}

/** Open alerts of a node from one origin. */
export async function openAlerts(db: Executor, nodeId: number, origin: string): Promise<AlertRow[]> {
  return await db
    .select()
    .from(alerts)
    .where(and(eq(alerts.nodeId, nodeId), eq(alerts.origin, origin), ne(alerts.status, 'resolved')))
}

/** Open alerts of several nodes, with their names. */
export async function openAlertsOfNodes(
  db: Executor,
  nodeIds: readonly number[],
): Promise<Array<{ row: AlertRow; agentId: string }>> {
  if (nodeIds.length === 0) return []
  return await db
    .select({ row: alerts, agentId: nodes.agentId })
    .from(alerts)
    .innerJoin(nodes, eq(nodes.id, alerts.nodeId))
    .where(and(inArray(alerts.nodeId, [...nodeIds]), ne(alerts.status, 'resolved')))
}

/** The open alert of that node, type and subject. */
export async function openAlertOf(
  db: Executor,
  nodeId: number,
  type: string,
  subject: string,
): Promise<AlertRow | null> {
  const [row] = await db
    .select()
    .from(alerts)
    .where(
      and(eq(alerts.nodeId, nodeId), eq(alerts.type, type), eq(alerts.subject, subject), ne(alerts.status, 'resolved')),
    )
  return row ?? null
}

/** Somebody was told of those alerts. */
export async function markNotified(tx: Tx, uids: readonly string[], at: Date): Promise<void> {
  if (uids.length > 0)
    await tx
      .update(alerts)
      .set({ notifiedAt: at })
      .where(inArray(alerts.uid, [...uids]))
}

/** Writes a copy of an alert that a monitor below owns. */
export async function putAlertCopy(tx: Tx, row: Omit<typeof alerts.$inferInsert, 'id'>): Promise<AlertRow> {
  const { uid, nodeId: _node, createdAt: _created, taskId: _task, ...set } = row
  const [put] = await tx.insert(alerts).values(row).onConflictDoUpdate({ target: alerts.uid, set }).returning()
  if (!put) throw new Error(`the copy of alert ${uid} was not written`)
  return put
}

export interface AlertFilter {
  status?: AlertStatus | undefined
  level?: IssueLevel | undefined
  agentId?: string | undefined
  severity?: Severity | undefined
  type?: string | undefined
  nodeId?: number | undefined
  /** agent_id: that node and everything below it. */
  under?: string | undefined
  open?: boolean | undefined
  q?: string | undefined
  visibility: Visibility
  limit: number
  offset: number
}

/** Newest first. */
export async function listAlerts(db: Executor, filter: AlertFilter) {
  const conditions: SQL[] = []
  if (filter.status) conditions.push(eq(alerts.status, filter.status))
  if (filter.level) conditions.push(eq(alerts.level, filter.level))
  if (filter.severity) conditions.push(eq(alerts.severity, filter.severity))
  if (filter.agentId) conditions.push(eq(nodes.agentId, filter.agentId))
  if (filter.type) conditions.push(eq(alerts.type, filter.type))
  if (filter.nodeId !== undefined) conditions.push(eq(alerts.nodeId, filter.nodeId))
  if (filter.under !== undefined) conditions.push(inSubtree({ agentId: filter.under }))
  if (filter.open !== undefined) conditions.push((filter.open ? ne : eq)(alerts.status, 'resolved'))
  if (filter.q)
    conditions.push(hasText(filter.q, [alerts.description, alerts.type, alerts.subject, nodes.agentId, nodes.name]))
  const where = and(...conditions, visibleIn(filter.visibility))
  const rows = await db
    .select({ row: alerts, agentId: nodes.agentId, agentName: nodes.name, path: nodes.path })
    .from(alerts)
    .innerJoin(nodes, eq(nodes.id, alerts.nodeId))
    .where(where)
    .orderBy(desc(alerts.createdAt), desc(alerts.id))
    .limit(filter.limit)
    .offset(filter.offset)
  const [count] = await db
    .select({ total: sql<number>`count(*)::int` })
    .from(alerts)
    .innerJoin(nodes, eq(nodes.id, alerts.nodeId))
    .where(where)
  return { rows, total: count?.total ?? 0 }
}
