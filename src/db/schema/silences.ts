import { index, pgTable, text } from 'drizzle-orm/pg-core'
import type { AlertMatchers, Recurrence, SilenceKind } from '../../contract/silences.ts'
import { json, moment, rowId } from './columns.ts'

/** When nobody is told of which alerts. */
export const silences = pgTable(
  'silences',
  {
    id: rowId(),
    /** The same in every monitor that it has travelled to. */
    uid: text('uid').notNull().unique(),
    kind: text('kind').$type<SilenceKind>().notNull(),
    /** agent_id of the top of the subtree, also of one that is not here yet; null: everything. */
    scope: text('scope'),
    matchers: json<AlertMatchers>('matchers').notNull(),
    startsAt: moment('starts_at').notNull(),
    endsAt: moment('ends_at'),
    recurrence: json<Recurrence>('recurrence'),
    reason: text('reason').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    /** agent_id of the monitor above on which it was made; null: made here. */
    inheritedFrom: text('inherited_from'),
  },
  (t) => [index('silences_ends_idx').on(t.endsAt)],
)
