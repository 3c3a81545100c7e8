import { sql } from 'drizzle-orm'
import { bigint, check, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../contract/common.ts'
import { json, moment } from './columns.ts'
import { decisions } from './decisions.ts'

/** What one process of a monitor told the others, kept a while for who was cut off. */
export const replicaEvents = pgTable('replica_events', {
  /** Rises by one with every event, in the order of the commits. */
  seq: bigint('seq', { mode: 'number' }).primaryKey(),
  /** The process that told it. */
  origin: uuid('origin').notNull(),
  type: text('type').notNull(),
  payload: json<JsonObject>('payload').notNull(),
  at: moment('at').notNull().defaultNow(),
})

/** The newest event: one row, whose lock puts the events of all transactions in one order. */
export const replicaEventClock = pgTable(
  'replica_event_clock',
  {
    id: integer('id').primaryKey(),
    seq: bigint('seq', { mode: 'number' }).notNull().default(0),
  },
  (t) => [check('replica_event_clock_one_row', sql`${t.id} = 1`)],
)

/** Which process deliberates about which decision at this moment, so that no other asks the model or the parent the same. */
export const deliberations = pgTable('deliberations', {
  decisionId: bigint('decision_id', { mode: 'number' })
    .primaryKey()
    .references(() => decisions.id, { onDelete: 'cascade' }),
  replicaId: uuid('replica_id').notNull(),
  until: moment('until').notNull(),
})
