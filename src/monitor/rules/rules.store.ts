import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import type { RuleDown } from '../../contract/alert-rules.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { nodes } from '../../db/schema/nodes.ts'
import { alertRules } from '../../db/schema/rules.ts'
import { textArray } from '../nodes/nodes.store.ts'
import type { Visibility } from '../nodes/visibility.ts'

export type RuleRow = typeof alertRules.$inferSelect
export type NewRule = Omit<typeof alertRules.$inferInsert, 'id' | 'revision'>

/** A rule with the node that it is about, where that is known here. */
export interface FoundRule {
  row: RuleRow
  serverId: number | null
  ownerId: number | null
}

const found = { row: alertRules, serverId: nodes.id, ownerId: nodes.ownerId }

/** Rules that somebody may see, oldest first: a rule for every node concerns everybody's. */
export async function listRules(db: Executor, visibility: Visibility): Promise<FoundRule[]> {
  const own =
    visibility.kind === 'owned' ? or(isNull(alertRules.agentId), eq(nodes.ownerId, visibility.ownerId)) : undefined
  return await db
    .select(found)
    .from(alertRules)
    .leftJoin(nodes, eq(nodes.agentId, alertRules.agentId))
    .where(own)
    .orderBy(asc(alertRules.id))
}

export async function ruleById(db: Executor, id: number): Promise<FoundRule | null> {
  const [rule] = await db
    .select(found)
    .from(alertRules)
    .leftJoin(nodes, eq(nodes.agentId, alertRules.agentId))
    .where(eq(alertRules.id, id))
  return rule ?? null
}

/** As `ruleById`, and nobody else changes it or judges by it until the transaction ends. */
export async function lockRule(tx: Tx, id: number): Promise<FoundRule | null> {
  const [rule] = await tx
    .select(found)
    .from(alertRules)
    .leftJoin(nodes, eq(nodes.agentId, alertRules.agentId))
    .where(eq(alertRules.id, id))
    .for('update', { of: alertRules })
  return rule ?? null
}

/** Rules that are judged. */
export async function rulesInForce(db: Executor): Promise<RuleRow[]> {
  return await db.select().from(alertRules).where(eq(alertRules.enabled, true)).orderBy(asc(alertRules.id))
}

export async function countRules(db: Executor): Promise<number> {
  const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(alertRules)
  return row?.count ?? 0
}

export async function insertRule(tx: Tx, rule: NewRule): Promise<RuleRow> {
  const [row] = await tx.insert(alertRules).values(rule).returning()
  if (!row) throw new Error('an insert returned no row')
  return row
}

/** Rewrites a rule; what is being judged by the older one counts no more. Null when it is gone. */
export async function updateRule(tx: Tx, id: number, set: Partial<NewRule>): Promise<RuleRow | null> {
  const [row] = await tx
    .update(alertRules)
    .set({ ...set, revision: sql`${alertRules.revision} + 1` })
    .where(eq(alertRules.id, id))
    .returning()
  return row ?? null
}

/** Deletes rules with their states. Waits for who is judging by them. */
export async function deleteRules(tx: Tx, ids: readonly number[]): Promise<RuleRow[]> {
  if (ids.length === 0) return []
  return await tx
    .delete(alertRules)
    .where(inArray(alertRules.id, [...ids]))
    .returning()
}

/** Rules that the parent has handed down; nobody else changes them until the transaction ends. */
export async function lockInherited(tx: Tx): Promise<RuleRow[]> {
  return await tx
    .select()
    .from(alertRules)
    .where(eq(alertRules.inherited, true))
    .orderBy(asc(alertRules.id))
    .for('update')
}

/** Adds rules of the parent; one whose uid is here already is left alone. */
export async function insertInherited(tx: Tx, rules: readonly RuleDown[], at: Date): Promise<void> {
  if (rules.length === 0) return
  await tx
    .insert(alertRules)
    .values(rules.map((rule) => ({ ...termsDown(rule), uid: rule.uid, createdBy: null, createdAt: at, updatedAt: at })))
    .onConflictDoNothing()
}

/** A rule of the parent as columns. */
export function termsDown(rule: RuleDown) {
  return {
    madeAt: rule.made_at,
    inherited: true,
    agentId: rule.agent_id,
    type: rule.type,
    name: rule.name,
    target: rule.target,
    threshold: rule.threshold,
    recoveryThreshold: rule.recovery_threshold,
    durationS: rule.duration_s,
    severity: rule.severity,
    repeatIntervalS: rule.repeat_interval_s,
    enabled: true,
  }
}

/** agent_ids of the monitors that report here directly. */
export async function childMonitors(db: Executor): Promise<Set<string>> {
  const rows = await db
    .select({ agentId: nodes.agentId })
    .from(nodes)
    .where(
      and(
        eq(nodes.role, 'monitor'),
        isNull(nodes.deletedAt),
        sql`${nodes.parentId} = (select id from nodes where is_self)`,
      ),
    )
  return new Set(rows.map((row) => row.agentId))
}

/** Rules in force that concern something below that child or the child itself, those of ancestors first. */
export async function rulesForChild(db: Executor, child: string, limit: number): Promise<RuleRow[]> {
  const below = sql`exists (select from ${nodes} where ${nodes.agentId} = ${alertRules.agentId}
    and ${nodes.deletedAt} is null and ${nodes.path} @> ${textArray([child])})`
  return await db
    .select()
    .from(alertRules)
    .where(and(eq(alertRules.enabled, true), or(isNull(alertRules.agentId), below)))
    .orderBy(sql`${alertRules.inherited} desc`, asc(alertRules.uid))
    .limit(limit)
}
