import { and, desc, eq, gte, sql } from 'drizzle-orm'
import type { NodeHistory } from '../../contract/cluster.ts'
import type { Executor } from '../../db/open.ts'
import { intents } from '../../db/schema/intents.ts'
import { nodeStatusChanges } from '../../db/schema/nodes.ts'
import { reports } from '../../db/schema/reports.ts'
import { availability } from './availability.ts'
import { averagesOf } from './samples.store.ts'

const recentReports = 20
const recentEvents = 50
/** Reports of the last day in which the node did something. */
const recentActions = 50
const maxTextChars = 1_000
const summaryMs = 24 * 3_600_000

/** What this monitor, as the one the node reports to, keeps of it: last reports, events, and the figures of a day. */
export async function nodeHistory(
  db: Executor,
  node: { id: number; createdAt: Date },
  nowMs: number,
): Promise<NodeHistory> {
  const from = new Date(Math.max(nowMs - summaryMs, node.createdAt.getTime()))
  const [rows, events, averages, uptime, actions] = await Promise.all([
    db
      .select({
        id: reports.id,
        at: reports.reportedAt,
        status: reports.status,
        metrics: reports.metrics,
        issues: reports.issues,
      })
      .from(reports)
      .where(eq(reports.nodeId, node.id))
      .orderBy(desc(reports.reportedAt))
      .limit(recentReports),
    db
      .select()
      .from(intents)
      .where(eq(intents.nodeId, node.id))
      .orderBy(desc(intents.createdAt), desc(intents.id))
      .limit(recentEvents),
    averagesOf(db, node.id, { fromMs: from.getTime(), toMs: nowMs + summaryMs }, nowMs),
    uptimeSince(db, node.id, from, nowMs),
    actionsSince(db, node.id, from),
  ])
  return {
    recent_reports: rows.map((row) => ({
      report_id: row.id,
      timestamp: row.at.toISOString(),
      status: row.status,
      metrics: row.metrics,
    })),
    events: events.map((row) => ({
      event_id: row.id,
      type: row.type,
      description: row.data,
      timestamp: row.createdAt.toISOString(),
    })),
    metrics_summary: { ...averages, uptime_percentage: uptime },
    issues: issuesOf(rows[0]),
    actions,
  }
}

type Reported = typeof reports.$inferSelect

function issuesOf(newest: { at: Date; issues: Reported['issues'] } | undefined): NodeHistory['issues'] {
  return (newest?.issues ?? []).map((issue) => ({
    level: issue.level,
    type: issue.type,
    subject: issue.subject ?? null,
    description: issue.description.slice(0, maxTextChars),
    severity: issue.severity,
    timestamp: issue.timestamp ?? newest?.at.toISOString() ?? '',
  }))
}

async function actionsSince(db: Executor, nodeId: number, from: Date): Promise<NodeHistory['actions']> {
  const rows = await db
    .select({ at: reports.reportedAt, actions: reports.actions })
    .from(reports)
    .where(
      and(eq(reports.nodeId, nodeId), gte(reports.reportedAt, from), sql`jsonb_array_length(${reports.actions}) > 0`),
    )
    .orderBy(desc(reports.reportedAt))
    .limit(recentActions)
  const actions = rows.flatMap(({ at, actions: taken }) =>
    taken.map(({ level, action, result, details, timestamp }) => ({
      level,
      action,
      result,
      details: details.slice(0, maxTextChars),
      timestamp: timestamp ?? at.toISOString(),
    })),
  )
  return actions.slice(0, recentActions)
}

async function uptimeSince(db: Executor, nodeId: number, from: Date, nowMs: number): Promise<number | null> {
  const changes = await db
    .select({
      at: nodeStatusChanges.at,
      oldStatus: nodeStatusChanges.oldStatus,
      newStatus: nodeStatusChanges.newStatus,
    })
    .from(nodeStatusChanges)
    .where(
      sql`${nodeStatusChanges.nodeId} = ${nodeId} and ${nodeStatusChanges.at} >= ${from.toISOString()}::timestamptz`,
    )
    .orderBy(nodeStatusChanges.at)
  const [before] = await db
    .select({ newStatus: nodeStatusChanges.newStatus })
    .from(nodeStatusChanges)
    .where(
      sql`${nodeStatusChanges.nodeId} = ${nodeId} and ${nodeStatusChanges.at} < ${from.toISOString()}::timestamptz`,
    )
    .orderBy(desc(nodeStatusChanges.at))
    .limit(1)
  return availability({
    fromMs: from.getTime(),
    toMs: nowMs,
    before: before?.newStatus ?? null,
    changes: changes.map((change) => ({ atMs: change.at.getTime(), status: change.newStatus })),
  })
}
