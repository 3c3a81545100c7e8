import { and, asc, desc, eq, gt, gte, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '../../db/open.ts'
import { auditLog } from '../../db/schema/audit.ts'
import { firstPreviousHash, type SealedEntry } from '../../lib/audit-chain.ts'

export interface AuditFilter {
  actor?: string | undefined
  /** Beginning of the action. */
  action?: string | undefined
  target?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
  limit: number
  offset: number
}

/** Entries that match, newest first, and how many there are. */
export async function listAudit(db: Executor, filter: AuditFilter): Promise<{ rows: SealedEntry[]; total: number }> {
  const conditions: SQL[] = []
  if (filter.actor !== undefined) conditions.push(eq(auditLog.actor, filter.actor))
  if (filter.action !== undefined) conditions.push(sql`starts_with(${auditLog.action}, ${filter.action})`)
  if (filter.target !== undefined) conditions.push(eq(auditLog.target, filter.target))
  if (filter.since) conditions.push(gte(auditLog.at, filter.since))
  if (filter.until) conditions.push(lte(auditLog.at, filter.until))
  const where = and(...conditions)
  const rows = await db
    .select()
    .from(auditLog)
    .where(where)
    .orderBy(desc(auditLog.id))
    .limit(filter.limit)
    .offset(filter.offset)
  const [count] = await db
    .select({ total: sql<number>`count(*)::int` })
    .from(auditLog)
    .where(where)
  return { rows, total: count?.total ?? 0 }
}

/** Entries after `afterId`, oldest first. */
export async function auditAfter(db: Executor, afterId: number, limit: number): Promise<SealedEntry[]> {
  return await db.select().from(auditLog).where(gt(auditLog.id, afterId)).orderBy(asc(auditLog.id)).limit(limit)
}

/** The newest entries before `beforeId`, oldest first. */
export async function auditBefore(db: Executor, beforeId: number, limit: number): Promise<SealedEntry[]> {
  const rows = await db.select().from(auditLog).where(lt(auditLog.id, beforeId)).orderBy(desc(auditLog.id)).limit(limit)
  return rows.toReversed()
}

/** The newest entry's number and seal; 0 and the first seal of an empty log. */
export async function auditHead(db: Executor): Promise<{ seq: number; hash: string }> {
  const [last] = await db
    .select({ seq: auditLog.id, hash: auditLog.hash })
    .from(auditLog)
    .orderBy(desc(auditLog.id))
    .limit(1)
  return last ?? { seq: 0, hash: firstPreviousHash }
}

/** The seal of that entry; null when there is no such entry. */
export async function sealAt(db: Executor, id: number): Promise<string | null> {
  const [row] = await db.select({ hash: auditLog.hash }).from(auditLog).where(eq(auditLog.id, id))
  return row?.hash ?? null
}
