import { bigint, bigserial, index, pgTable, primaryKey, real, text } from 'drizzle-orm/pg-core'
import type { JsonObject, ReportStatus } from '../../contract/common.ts'
import type { ActionReport, IssueReport } from '../../contract/reports.ts'
import { json, moment } from './columns.ts'

/**
 * One row per accepted report, in daily partitions by the sender's time. A repeat carries the same time and uid,
 * so the key holds across partitions. The migration makes the table partitioned; partitions are made as days come.
 */
export const reports = pgTable(
  'reports',
  {
    id: bigserial('id', { mode: 'number' }).notNull(),
    nodeId: bigint('node_id', { mode: 'number' }).notNull(),
    reportedAt: moment('reported_at').notNull(),
    reportUid: text('report_uid').notNull(),
    receivedAt: moment('received_at').notNull().defaultNow(),
    status: text('status').$type<ReportStatus>().notNull(),
    cpuPercent: real('cpu_percent').notNull(),
    memoryPercent: real('memory_percent').notNull(),
    diskPercent: real('disk_percent').notNull(),
    metrics: json<JsonObject>('metrics').notNull(),
    issues: json<IssueReport[]>('issues').notNull(),
    actions: json<ActionReport[]>('actions').notNull(),
    metadata: json<JsonObject>('metadata').notNull(),
  },
  (t) => [primaryKey({ columns: [t.nodeId, t.reportedAt, t.reportUid] }), index('reports_id_idx').on(t.id)],
)
