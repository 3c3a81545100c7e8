import { index, pgTable, text } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../contract/common.ts'
import { json, moment, rowId } from './columns.ts'

/** Who did what: append-only, each row sealed with the hash of the one before. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: rowId(),
    at: moment('at').notNull(),
    actor: text('actor').notNull(),
    actorKind: text('actor_kind').$type<'user' | 'node' | 'system'>().notNull(),
    action: text('action').notNull(),
    target: text('target'),
    details: json<JsonObject>('details').notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [index('audit_log_at_idx').on(t.at)],
)
