import { asc, gt, sql } from 'drizzle-orm'
import type { Executor } from '../../db/open.ts'
import { replicaEventClock, replicaEvents } from '../../db/schema/sharing.ts'
import type { WrittenEvent } from './shared-events.ts'

/** On which a process hears that there are new events. */
export const eventsChannel = 'cortex_events'

type StoredEvent = Pick<typeof replicaEvents.$inferSelect, 'seq' | 'origin' | 'type' | 'payload'>

/**
 * Writes events, in a transaction as the last it does: from here to the commit it holds the row of the clock,
 * so that numbers rise in the order of commits, without a gap. Listeners are woken by the commit.
 */
export async function appendEvents(db: Executor, origin: string, events: readonly WrittenEvent[]): Promise<void> {
  const rows = events.map((event, at) => ({ at: at + 1, ...event }))
  const ticked = await db.execute(sql`
    with tick as (
      update ${replicaEventClock} set seq = seq + ${rows.length} where id = 1 returning seq - ${rows.length} as base
    ), added as (
      insert into ${replicaEvents} (seq, origin, type, payload)
      select tick.base + e.at, ${origin}::uuid, e.type, e.payload
      from tick, jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as e(at int, type text, payload jsonb)
    )
    select pg_notify(${eventsChannel}, '') from tick`)
  if (ticked.length === 0) throw new Error('replica_event_clock has no row: the database was not migrated')
}

/** The number of the newest event. */
export async function newestEvent(db: Executor): Promise<number> {
  const [row] = await db.select({ seq: replicaEventClock.seq }).from(replicaEventClock)
  if (!row) throw new Error('replica_event_clock has no row: the database was not migrated')
  return row.seq
}

/** The next events after `seq`, at most `limit`. */
export async function eventsAfter(db: Executor, seq: number, limit: number): Promise<StoredEvent[]> {
  const { origin, type, payload } = replicaEvents
  return await db
    .select({ seq: replicaEvents.seq, origin, type, payload })
    .from(replicaEvents)
    .where(gt(replicaEvents.seq, seq))
    .orderBy(asc(replicaEvents.seq))
    .limit(limit)
}

/** Forgets the oldest events, those older than `keptS` by the database's clock; at most `limit` of them. */
export async function forgetEvents(db: Executor, keptS: number, limit: number): Promise<number> {
  const { count } = await db.execute(sql`
    delete from ${replicaEvents} where seq in (
      select seq from (select seq, at from ${replicaEvents} order by seq limit ${limit} for update skip locked) oldest
      where at < now() - make_interval(secs => ${keptS}))`)
  return count
}
