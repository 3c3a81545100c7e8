import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, pgTable, real, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { HealthStatus, JsonObject, NodeRole, NodeStatus } from '../../contract/common.ts'
import { json, moment, rowId } from './columns.ts'
import { users } from './users.ts'

/** Who a node is and where in the tree it stands: changes rarely. */
export const nodes = pgTable(
  'nodes',
  {
    id: rowId(),
    agentId: text('agent_id').notNull().unique(),
    name: text('name').notNull(),
    nodeUid: text('node_uid'),
    role: text('role').$type<NodeRole>().notNull(),
    version: text('version'),
    isSelf: boolean('is_self').notNull().default(false),
    parentId: bigint('parent_id', { mode: 'number' }),
    /** agent_ids from this monitor down to the node, both included. */
    path: text('path').array().notNull(),
    /** How often the node has attached to a parent; the higher claim wins. */
    generation: integer('generation').notNull().default(0),
    metadata: json<JsonObject>('metadata').notNull().default({}),
    ownerId: bigint('owner_id', { mode: 'number' }).references(() => users.id, { onDelete: 'set null' }),
    description: text('description').notNull().default(''),
    tags: text('tags').notNull().default(''),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
    /** Why it is out of the tree: a deleted node may not come back by itself, one that moved may. */
    removedReason: text('removed_reason').$type<'deleted' | 'moved'>(),
  },
  (t) => [
    index('nodes_parent_idx').on(t.parentId),
    index('nodes_path_idx').using('gin', t.path),
    uniqueIndex('nodes_self_key')
      .on(t.isSelf)
      .where(sql`is_self`),
  ],
)

/** What is known of a node now: rewritten with every report, so no index stands on what changes (HOT updates). */
export const nodeStates = pgTable('node_states', {
  nodeId: bigint('node_id', { mode: 'number' })
    .primaryKey()
    .references(() => nodes.id, { onDelete: 'cascade' }),
  status: text('status').$type<NodeStatus>().notNull().default('unknown'),
  /** What the node's own monitor says; differs from `status` while that monitor is out of reach. */
  reportedStatus: text('reported_status').$type<NodeStatus>().notNull().default('unknown'),
  statusReason: text('status_reason').notNull().default('registered'),
  statusSince: moment('status_since').notNull().defaultNow(),
  healthStatus: text('health_status').$type<HealthStatus>().notNull().default('unknown'),
  lastSeenAt: moment('last_seen_at'),
  staleSince: moment('stale_since'),
  goodbyeAt: moment('goodbye_at'),
  clockSkewMs: bigint('clock_skew_ms', { mode: 'number' }),
  issuesL1: integer('issues_l1').notNull().default(0),
  issuesL2: integer('issues_l2').notNull().default(0),
  issuesL3: integer('issues_l3').notNull().default(0),
  /** Time that the sender gave to the newest report; an older one does not overwrite the state. */
  reportedAt: moment('reported_at'),
  metrics: json<JsonObject>('metrics'),
  /** Figures as last sent up: a change is passed on when it leaves the dead band around them. */
  rolledCpu: real('rolled_cpu'),
  rolledMemory: real('rolled_memory'),
  rolledDisk: real('rolled_disk'),
})

/** When a node's status changed: what the uptime percentage is made of. */
export const nodeStatusChanges = pgTable(
  'node_status_changes',
  {
    id: rowId(),
    nodeId: bigint('node_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    oldStatus: text('old_status').$type<NodeStatus>(),
    newStatus: text('new_status').$type<NodeStatus>().notNull(),
    reason: text('reason').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [index('node_status_changes_node_idx').on(t.nodeId, t.at)],
)

/** Keys of nodes: SHA-256 of the random key, never the key. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: rowId(),
    nodeId: bigint('node_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    keyHash: text('key_hash').notNull().unique(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
  },
  (t) => [index('api_keys_node_idx').on(t.nodeId)],
)
