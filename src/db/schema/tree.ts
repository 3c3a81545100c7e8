import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../contract/common.ts'
import { json, moment } from './columns.ts'
import { nodes } from './nodes.ts'

/** The position of the change feed: one row, whose lock puts the changes of all transactions in one order. */
export const changeClock = pgTable('change_clock', {
  id: integer('id').primaryKey(),
  /** Made with the database; another one means that positions of before mean nothing. */
  epoch: text('epoch').notNull(),
  seq: bigint('seq', { mode: 'number' }).notNull().default(0),
})

/** The newest position at which each thing changed: a long cut costs one catch-up of latest states. */
export const changes = pgTable(
  'changes',
  {
    kind: text('kind').$type<'node' | 'alert' | 'decision'>().notNull(),
    /** Row number of the node, alert or decision. */
    key: bigint('key', { mode: 'number' }).notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.key] }), index('changes_seq_idx').on(t.seq)],
)

/** How far each child's feed has been taken in. */
export const rollupCursors = pgTable('rollup_cursors', {
  nodeId: bigint('node_id', { mode: 'number' })
    .primaryKey()
    .references(() => nodes.id, { onDelete: 'cascade' }),
  epoch: text('epoch').notNull(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  /** What the child last quoted and was answered since (`marksAfter`). */
  marks: text('marks').array().notNull().default([]),
  /** Receipt time of the last rollup: until then the child vouched for its online nodes. */
  receivedAt: moment('received_at').notNull(),
  /** A snapshot is under way since: what it has not named at its end is gone. */
  snapshotSince: moment('snapshot_since'),
})

/** What a running snapshot of a child has named so far: nodes by agent_id, alerts by uid. */
export const snapshotNodes = pgTable(
  'snapshot_nodes',
  {
    childId: bigint('child_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    agentId: text('agent_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.childId, t.agentId] })],
)

/** Where each parent is with our own feed, as it last told us. */
export const upstreamCursors = pgTable('upstream_cursors', {
  parentId: text('parent_id').primaryKey(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  /** Of its last answer. */
  mark: text('mark'),
})

/** What has to reach a node below, kept until the next hop has taken it over. */
export const commands = pgTable(
  'commands',
  {
    uid: text('uid').primaryKey(),
    /** The direct child through which it goes. */
    nextHop: text('next_hop').notNull(),
    target: text('target').notNull(),
    kind: text('kind').notNull(),
    payload: json<JsonObject>('payload').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    takenAt: moment('taken_at'),
  },
  (t) => [index('commands_next_hop_idx').on(t.nextHop, t.createdAt)],
)
