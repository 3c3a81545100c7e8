import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { NodeStatus } from '../../contract/common.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { alerts } from '../../db/schema/alerts.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'
import { alertRules, alertRuleStates } from '../../db/schema/rules.ts'
import { type Visibility, visibleIn } from '../nodes/visibility.ts'
import { ruleAlertOrigin } from './alert-of-rule.ts'
import type { Judgement, RuleState } from './judge-sample.ts'
import type { RuleRow } from './rules.store.ts'

/** One rule and one node. */
export interface Pair {
  ruleId: number
  nodeId: number
}
export const pairKey = ({ ruleId, nodeId }: Pair): string => `${ruleId} ${nodeId}`

/** Where rules stand with nodes, by `pairKey`, and whether the alerts of those that fire are still open. */
export async function statesOf(
  db: Executor,
  ruleIds: readonly number[],
  nodeIds: readonly number[],
): Promise<Map<string, RuleState>> {
  const open = sql<boolean>`exists (select from ${alerts} a where a.node_id = ${alertRuleStates.nodeId}
    and a.origin = ${ruleAlertOrigin} and a.status <> 'resolved' and split_part(a.subject, ':', 1) = ${alertRules.uid})`
  const rows = await db
    .select({ state: alertRuleStates, open })
    .from(alertRuleStates)
    .innerJoin(alertRules, eq(alertRules.id, alertRuleStates.ruleId))
    .where(and(inArray(alertRuleStates.ruleId, [...ruleIds]), inArray(alertRuleStates.nodeId, [...nodeIds])))
  return new Map(
    rows.map(({ state, open: alertOpen }) => [
      pairKey(state),
      { phase: state.phase, sinceMs: state.since.getTime(), lastAtMs: state.lastAt.getTime(), alertOpen },
    ]),
  )
}

/**
 * Rules that are still as they were read, of those given; they stay so until the transaction ends, so that nothing is raised
 * by a rule that somebody has just deleted.
 */
export async function holdRules(tx: Tx, rules: readonly RuleRow[]): Promise<Set<number>> {
  const rows = await tx
    .select({ id: alertRules.id, revision: alertRules.revision })
    .from(alertRules)
    .where(and(inArray(alertRules.id, [...new Set(rules.map((rule) => rule.id))]), eq(alertRules.enabled, true)))
    .orderBy(alertRules.id)
    .for('share')
  const read = new Map(rules.map((rule) => [rule.id, rule.revision]))
  return new Set(rows.filter((row) => row.revision === read.get(row.id)).map((row) => row.id))
}

/** Writes where rules stand; null: nothing is wrong. */
export async function putStates(
  tx: Tx,
  changed: ReadonlyArray<Pair & Pick<Judgement, 'state' | 'reason'> & { value: number }>,
): Promise<void> {
  const over = changed.filter(({ state }) => state === null)
  if (over.length > 0) {
    const pairs = over.map(({ ruleId, nodeId }) => ({ rule_id: ruleId, node_id: nodeId }))
    await tx.execute(sql`
      delete from ${alertRuleStates} s using jsonb_to_recordset(${JSON.stringify(pairs)}::text::jsonb)
        as r(rule_id bigint, node_id bigint) where s.rule_id = r.rule_id and s.node_id = r.node_id`)
  }
  const rows = changed.flatMap(({ state, ...one }) =>
    state === null
      ? []
      : [{ ...one, phase: state.phase, since: new Date(state.sinceMs), lastAt: new Date(state.lastAtMs) }],
  )
  if (rows.length === 0) return
  await tx
    .insert(alertRuleStates)
    .values(rows)
    .onConflictDoUpdate({
      target: [alertRuleStates.ruleId, alertRuleStates.nodeId],
      set: {
        phase: sql`excluded.phase`,
        since: sql`excluded.since`,
        lastAt: sql`excluded.last_at`,
        value: sql`excluded.value`,
        reason: sql`excluded.reason`,
      },
    })
}

/** Where a rule stands with the nodes that are judged here and visible; those where nothing is wrong are not among them. */
export async function standingOf(db: Executor, ruleId: number, visibility: Visibility, limit: number) {
  return await db
    .select({ state: alertRuleStates, agentId: nodes.agentId })
    .from(alertRuleStates)
    .innerJoin(nodes, eq(nodes.id, alertRuleStates.nodeId))
    .where(and(eq(alertRuleStates.ruleId, ruleId), visibleIn(visibility)))
    .orderBy(asc(nodes.agentId))
    .limit(limit)
}

/** What was counted by these rules counts no more. */
export async function forgetStates(tx: Tx, ruleIds: readonly number[]): Promise<void> {
  if (ruleIds.length > 0) await tx.delete(alertRuleStates).where(inArray(alertRuleStates.ruleId, [...ruleIds]))
}

export interface WatchedNode {
  id: number
  agentId: string
  path: string[]
  isSelf: boolean
  role: 'probe' | 'monitor'
  status: NodeStatus
  statusSince: Date
}

/** This monitor's own host and what reports to it directly: the nodes that it, and nobody else, judges. */
export async function watchedNodes(db: Executor): Promise<WatchedNode[]> {
  return await db
    .select({
      id: nodes.id,
      agentId: nodes.agentId,
      path: nodes.path,
      isSelf: nodes.isSelf,
      role: nodes.role,
      status: nodeStates.status,
      statusSince: nodeStates.statusSince,
    })
    .from(nodes)
    .innerJoin(nodeStates, eq(nodeStates.nodeId, nodes.id))
    .where(
      sql`${nodes.deletedAt} is null and (${nodes.isSelf} or ${nodes.parentId} = (select id from nodes where is_self))`,
    )
}

/**
 * Of those nodes the ones whose figures are judged here: this host and the probes that report here. A monitor below judges its
 * own host; its reports carry averages of its subtree.
 */
export async function judgedHere(db: Executor, nodeIds: readonly number[]): Promise<Set<number>> {
  const rows = await db
    .select({ id: nodes.id })
    .from(nodes)
    .where(
      and(
        inArray(nodes.id, [...nodeIds]),
        sql`(${nodes.isSelf} or (${nodes.role} = 'probe' and ${nodes.parentId} = (select id from nodes where is_self)))`,
      ),
    )
  return new Set(rows.map((row) => row.id))
}

/** Open alerts, here and of monitors below, that these rules have raised. */
export async function openAlertsOfRules(
  db: Executor,
  uids: readonly string[],
): Promise<Array<{ id: number; nodeId: number; agentId: string | null; type: string; subject: string }>> {
  if (uids.length === 0) return []
  return await db
    .select({
      id: alerts.id,
      nodeId: alerts.nodeId,
      agentId: nodes.agentId,
      type: alerts.type,
      subject: alerts.subject,
    })
    .from(alerts)
    .innerJoin(nodes, eq(nodes.id, alerts.nodeId))
    .where(
      and(
        eq(alerts.origin, ruleAlertOrigin),
        // As the index of open alerts says it: a parameter would not let it be used.
        sql`${alerts.status} <> 'resolved'`,
        inArray(sql`split_part(${alerts.subject}, ':', 1)`, [...uids]),
      ),
    )
}

/** When the newest alert of that rule on that node ended; null when there was none. */
export async function lastEndedMs(db: Executor, nodeId: number, type: string, subject: string): Promise<number | null> {
  const [row] = await db
    .select({ at: sql<number | null>`(extract(epoch from max(${alerts.resolvedAt})) * 1000)::float8` })
    .from(alerts)
    .where(and(eq(alerts.nodeId, nodeId), eq(alerts.type, type), eq(alerts.subject, subject)))
  return row?.at ?? null
}
