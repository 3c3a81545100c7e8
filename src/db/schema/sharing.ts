import { sql } from 'drizzle-orm'
import { bigint, check, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../contract/common.ts'
import { json, moment } from './columns.ts'

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
