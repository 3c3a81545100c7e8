import { type SQL, sql } from 'drizzle-orm'
import type { Executor } from '../../db/open.ts'
import { alerts } from '../../db/schema/alerts.ts'
import { decisions } from '../../db/schema/decisions.ts'
import { intents, tasks } from '../../db/schema/intents.ts'
import { nodeStatusChanges } from '../../db/schema/nodes.ts'
import { notices } from '../../db/schema/notifications.ts'
import { silences } from '../../db/schema/silences.ts'
import { changes, rollupCursors, snapshotNodes, upstreamCursors } from '../../db/schema/tree.ts'

/** What is forgotten, in the order in which it is; each deletes at most `limit` rows and says how many it did. */
export type Forgotten =
  | 'reports'
  | 'minutes'
  | 'hours'
  | 'status_changes'
  | 'intents'
  | 'alerts'
  | 'decisions'
  | 'tasks'
  | 'notices'
  | 'silences'
  | 'snapshot_rows'
type Forget = (db: Executor, bounds: Bounds, limit: number) => Promise<number>

/** What is older than `before` goes; what the parent has not got yet, only when it is older than `longBefore`. */
export interface Bounds {
  now: Date
  before: Date
  /** The same for the summaries of hours. */
  hoursBefore: Date
  longBefore: Date
}

export const forget: Record<Forgotten, Forget> = {
  /** Rows outside of the daily partitions: too late, or from a clock that is wrong. Those also go by when they came in. */
  reports: (db, { before }, limit) =>
    removed(
      db,
      sql`
      delete from reports_default where ctid = any(array(
        select ctid from reports_default where reported_at < ${at(before)} or received_at < ${at(before)} limit ${limit}))`,
    ),

  /** Summaries outside of the daily partitions: those of a clock that is ahead go with their reports. */
  minutes: (db, { before, now }, limit) =>
    removed(db, strayed(sql`report_minutes_default`, '1 minute', { before, now }, limit)),
  hours: (db, { hoursBefore, now }, limit) =>
    removed(db, strayed(sql`report_hours_default`, '1 hour', { before: hoursBefore, now }, limit)),

  /** The last change before the window stays: it says which status the window began with. */
  status_changes: (db, { before }, limit) =>
    removed(
      db,
      sql`
      delete from ${nodeStatusChanges} where id in (
        select c.id from ${nodeStatusChanges} c where c.at < ${at(before)} and exists (
          select 1 from ${nodeStatusChanges} later
          where later.node_id = c.node_id and later.at < ${at(before)} and (later.at, later.id) > (c.at, c.id))
        order by c.id limit ${limit})`,
    ),

  intents: (db, { before }, limit) =>
    removed(
      db,
      sql`
      delete from ${intents} where id in (
        select id from ${intents} where created_at < ${at(before)} order by created_at limit ${limit})`,
    ),

  alerts: (db, bounds, limit) => {
    const old = sql`select a.id from ${alerts} a where a.status = 'resolved' and a.resolved_at < ${at(bounds.before)}
      and ${sentUp('alert', sql`a.id`, sql`a.resolved_at`, bounds)}`
    return removed(db, withChanges('alert', sql`${alerts}`, old, limit))
  },

  decisions: (db, bounds, limit) => {
    const newest = sql`greatest(d.created_at, d.decided_at, d.executed_at)`
    const old = sql`select d.id from ${decisions} d where d.status <> 'pending' and d.created_at < ${at(bounds.before)}
      and ${newest} < ${at(bounds.before)} and ${sentUp('decision', sql`d.id`, newest, bounds)}`
    return removed(db, withChanges('decision', sql`${decisions}`, old, limit))
  },

  tasks: (db, { before }, limit) =>
    removed(
      db,
      sql`
      delete from ${tasks} where id in (select id from ${tasks} where closed_at < ${at(before)} order by id limit ${limit})`,
    ),

  /** Not what still waits. */
  notices: (db, { before }, limit) =>
    removed(
      db,
      sql`
      delete from ${notices} where id in (
        select id from ${notices} where state in ('sent', 'failed', 'dropped') and created_at < ${at(before)}
        order by created_at limit ${limit})`,
    ),

  /** Those that have ended. */
  silences: (db, { before }, limit) =>
    removed(
      db,
      sql`
      delete from ${silences} where id in (
        select id from ${silences} where ends_at < ${at(before)} order by ends_at limit ${limit})`,
    ),

  /** What is left of snapshots of children that are not sending one. */
  snapshot_rows: (db, _, limit) =>
    removed(
      db,
      sql`
      delete from ${snapshotNodes} where ctid = any(array(
        select s.ctid from ${snapshotNodes} s where not exists (
          select 1 from ${rollupCursors} r where r.node_id = s.child_id and r.snapshot_since is not null)
        limit ${limit}))`,
    ),
}

function strayed(table: SQL, width: string, { before, now }: { before: Date; now: Date }, limit: number): SQL {
  return sql`
    delete from ${table} where ctid = any(array(
      select s.ctid from ${table} s where s.at < ${at(before)} or (s.at > ${at(now)} and not exists (
        select from reports r
        where r.node_id = s.node_id and r.reported_at >= s.at and r.reported_at < s.at + ${width}::interval))
      limit ${limit}))`
}

/** Deletes rows together with their place in the change feed. */
function withChanges(kind: 'alert' | 'decision', table: SQL, old: SQL, limit: number): SQL {
  return sql`
    with old as (${old} order by 1 limit ${limit} for update skip locked),
    unlisted as (delete from ${changes} where kind = ${kind} and key in (select id from old))
    delete from ${table} where id in (select id from old)`
}

/**
 * Condition: the parent has the last state of the row, there is no parent, or it has been out of reach for too long.
 * Without this a parent's copy of what ended during a long cut would stay open for ever.
 */
function sentUp(kind: 'alert' | 'decision', id: SQL, endedAt: SQL, { longBefore }: Bounds): SQL {
  return sql`(${endedAt} < ${at(longBefore)} or not exists (
    select 1 from ${changes} c where c.kind = ${kind} and c.key = ${id}
      and c.seq > (select max(u.seq) from ${upstreamCursors} u)))`
}

function at(moment: Date): SQL {
  return sql`${moment.toISOString()}::timestamptz`
}

async function removed(db: Executor, statement: SQL): Promise<number> {
  const result = await db.execute(statement)
  return result.count
}
