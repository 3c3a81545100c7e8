import { sql } from 'drizzle-orm'
import { bigint, doublePrecision, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { IssueLevel, JsonObject, Severity } from '../../contract/common.ts'
import type { AlertStatus } from '../../contract/rollup.ts'
import { json, moment, rowId } from './columns.ts'
import { nodes } from './nodes.ts'

export const alerts = pgTable(
  'alerts',
  {
    id: rowId(),
    /** The same in every monitor that holds a copy. */
    uid: text('uid').notNull().unique(),
    nodeId: bigint('node_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    level: text('level').$type<IssueLevel>().notNull(),
    type: text('type').notNull(),
    subject: text('subject').notNull(),
    description: text('description').notNull(),
    severity: text('severity').$type<Severity>().notNull(),
    status: text('status').$type<AlertStatus>().notNull().default('new'),
    details: json<JsonObject>('details').notNull(),
    origin: text('origin').notNull(),
    occurrences: integer('occurrences').notNull().default(1),
    /** Of a rule: what was measured last, and the bound that it crossed. */
    value: doublePrecision('value'),
    threshold: doublePrecision('threshold'),
    taskId: bigint('task_id', { mode: 'number' }),
    createdAt: moment('created_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
    acknowledgedAt: moment('acknowledged_at'),
    acknowledgedBy: text('acknowledged_by'),
    resolvedAt: moment('resolved_at'),
    resolvedBy: text('resolved_by'),
    onBehalfOf: text('on_behalf_of'),
    notes: text('notes'),
    /** When this monitor last told somebody; each monitor has channels of its own, so it does not travel. */
    notifiedAt: moment('notified_at'),
  },
  (t) => [
    index('alerts_created_idx').on(t.createdAt.desc(), t.id.desc()),
    index('alerts_node_idx').on(t.nodeId, t.createdAt.desc()),
    /** One open alert per node, type and subject, settled by the database. */
    uniqueIndex('alerts_open_key')
      .on(t.nodeId, t.type, t.subject)
      .where(sql`status <> 'resolved'`),
  ],
)
