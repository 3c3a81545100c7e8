import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { ReleaseChannel } from '../../contract/better-monitor/releases.ts'
import type { UserRole } from '../../contract/common.ts'
import type { RolloutStatus, TargetState } from '../../contract/rollouts.ts'
import { moment, rowId } from './columns.ts'
import { nodes } from './nodes.ts'

/** An upgrade of several servers, ring by ring; it acts with the rights of who began it. */
export const rollouts = pgTable(
  'rollouts',
  {
    id: rowId(),
    targetVersion: text('target_version').notNull(),
    channel: text('channel').$type<ReleaseChannel>().notNull(),
    allowDowngrade: boolean('allow_downgrade').notNull(),
    maxFailures: integer('max_failures').notNull(),
    pauseMs: bigint('pause_ms', { mode: 'number' }).notNull(),
    /** Until when servers that are offline are waited for. */
    offlineUntil: moment('offline_until').notNull(),
    status: text('status').$type<RolloutStatus>().notNull().default('running'),
    reason: text('reason').notNull().default(''),
    userId: bigint('user_id', { mode: 'number' }).notNull(),
    username: text('username').notNull(),
    role: text('role').$type<UserRole>().notNull(),
    requestId: text('request_id').notNull(),
    createdAt: moment('created_at').notNull(),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    index('rollouts_running_idx')
      .on(t.id)
      .where(sql`status = 'running'`),
  ],
)

export const rolloutTargets = pgTable(
  'rollout_targets',
  {
    id: rowId(),
    rolloutId: bigint('rollout_id', { mode: 'number' })
      .notNull()
      .references(() => rollouts.id, { onDelete: 'cascade' }),
    nodeId: bigint('node_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    ring: integer('ring').notNull(),
    state: text('state').$type<TargetState>().notNull(),
    reason: text('reason').notNull().default(''),
    fromVersion: text('from_version'),
    jobId: text('job_id'),
    attempts: integer('attempts').notNull().default(0),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    index('rollout_targets_rollout_idx').on(t.rolloutId, t.ring, t.id),
    // One rollout at a time works on a server.
    uniqueIndex('rollout_targets_busy_key')
      .on(t.nodeId)
      .where(sql`state in ('waiting', 'offline', 'installing')`),
  ],
)
