import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { SelfStatus } from '../../contract/self.ts'
import { json, moment } from './columns.ts'

/** The processes of this monitor that run, by the database's clock. */
export const replicas = pgTable('replicas', {
  /** Made at each start of a process. */
  id: uuid('id').primaryKey(),
  /** By which the others reach it. */
  address: text('address').notNull(),
  startedAt: moment('started_at').notNull().defaultNow(),
  seenAt: moment('seen_at').notNull().defaultNow(),
  /** How it does with the parent; only the leader has a link to it. */
  parent: json<SelfStatus['parent']>('parent'),
})

/** Who does what must be done once: one row, whose epoch tells a leader of now from one of before. */
export const leadership = pgTable(
  'leadership',
  {
    id: integer('id').primaryKey(),
    epoch: bigint('epoch', { mode: 'number' }).notNull().default(0),
    replicaId: uuid('replica_id'),
    since: moment('since'),
  },
  (t) => [check('leadership_one_row', sql`${t.id} = 1`)],
)

/** Which process holds the link of a direct child. */
export const linkPlaces = pgTable(
  'link_places',
  {
    agentId: text('agent_id').primaryKey(),
    replicaId: uuid('replica_id')
      .notNull()
      .references(() => replicas.id, { onDelete: 'cascade' }),
    /** Of one connection: its late end must not take away the place of a newer one. */
    connectionId: uuid('connection_id').notNull(),
  },
  (t) => [index('link_places_replica_idx').on(t.replicaId)],
)

/** Who a monitor of several processes is towards its parents: one row, sealed with the secret key. */
export const nodeIdentity = pgTable(
  'node_identity',
  {
    id: integer('id').primaryKey(),
    sealed: text('sealed').notNull(),
    /** Rises with every change. */
    revision: bigint('revision', { mode: 'number' }).notNull().default(1),
  },
  (t) => [check('node_identity_one_row', sql`${t.id} = 1`)],
)
