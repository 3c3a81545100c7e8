import { desc, eq, sql } from 'drizzle-orm'
import type { NodeHistory } from '../../contract/cluster.ts'
import type { Executor } from '../../db/open.ts'
import { intents } from '../../db/schema/intents.ts'
import { nodeStatusChanges } from '../../db/schema/nodes.ts'
import { reports } from '../../db/schema/reports.ts'
import { availability } from './availability.ts'

const recentReports = 20
const recentEvents = 50
const summaryMs = 24 * 3_600_000

/** What this monitor, as the one the node reports to, keeps of it: last reports, events, and the figures of a day. */
export async function nodeHistory(
  db: Executor,
  node: { id: number; createdAt: Date },
  nowMs: number,
): Promise<NodeHistory> {
  const from = new Date(Math.max(nowMs - summaryMs, node.createdAt.getTime()))
  const [rows, events, averages, uptime] = await Promise.all([
    db
      .select({ id: reports.id, at: reports.reportedAt, status: reports.status, metrics: reports.metrics })
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
    averagesSince(db, node.id, from),
    uptimeSince(db, node.id, from, nowMs),
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
  }
}

async function averagesSince(db: Executor, nodeId: number, from: Date) {
  const [row] = await db
    .select({
      avg_cpu: sql<number | null>`round(avg(${reports.cpuPercent})::numeric, 2)::float8`,
      avg_memory: sql<number | null>`round(avg(${reports.memoryPercent})::numeric, 2)::float8`,
      avg_disk: sql<number | null>`round(avg(${reports.diskPercent})::numeric, 2)::float8`,
    })
    .from(reports)
    .where(sql`${reports.nodeId} = ${nodeId} and ${reports.reportedAt} >= ${from.toISOString()}::timestamptz`)
  return row ?? { avg_cpu: null, avg_memory: null, avg_disk: null }
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
