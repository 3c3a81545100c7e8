import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { users } from './users.ts'

/** Tickets that have opened their socket, so that they open no second one, whichever process is asked. */
export const usedTickets = pgTable(
  'used_tickets',
  {
    /** The ticket's own id. */
    jti: text('jti').primaryKey(),
    endsAt: moment('ends_at').notNull(),
  },
  (t) => [index('used_tickets_ends_idx').on(t.endsAt)],
)

/** Who made which terminal session here. */
export const terminalHolders = pgTable(
  'terminal_holders',
  {
    /** SHA-256 of the session's id, in hex: the id itself opens the socket. */
    sessionHash: text('session_hash').primaryKey(),
    userId: bigint('user_id', { mode: 'number' })
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The user's token version of then: what voids every token voids this too. */
    tokenVersion: integer('token_version').notNull(),
    serverId: bigint('server_id', { mode: 'number' }).notNull(),
    madeAt: moment('made_at').notNull().defaultNow(),
    attachedAt: moment('attached_at'),
  },
  (t) => [index('terminal_holders_made_idx').on(t.madeAt)],
)
