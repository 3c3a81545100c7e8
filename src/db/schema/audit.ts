import { bigint, boolean, index, pgTable, text } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../contract/common.ts'
import { json, moment, rowId } from './columns.ts'
import { nodes } from './nodes.ts'

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

/**
 * Where the logs of a child ended when it said so. The newest `proven` one has been shown to be in the child's log; one
 * that is newer and not proven waits for the child's proof.
 */
export const auditHeads = pgTable(
  'audit_heads',
  {
    id: rowId(),
    nodeId: bigint('node_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    log: text('log').$type<'host' | 'monitor'>().notNull(),
    /** The machine whose log it is: another one that takes the name over begins anew. */
    nodeUid: text('node_uid'),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    hash: text('hash').notNull(),
    proven: boolean('proven').notNull(),
    receivedAt: moment('received_at').notNull(),
  },
  (t) => [index('audit_heads_node_idx').on(t.nodeId, t.log, t.id)],
)
