import { and, count, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import type { DeliveryState, Notice } from '../../contract/notifications.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { notices } from '../../db/schema/notifications.ts'
import type { ChannelRow } from './channels.store.ts'

export type NoticeRow = typeof notices.$inferSelect

interface NewNotice {
  key: string
  uid: string
  notice: Notice
  at: Date
  /** Absent: waits for its turn. */
  as?: Partial<Pick<NoticeRow, 'state' | 'attempts' | 'leasedUntil' | 'nextAt' | 'reason'>>
}

/** Keeps a notice for its channel. Null when that channel has had one of this key. */
export async function keepNotice(
  tx: Tx,
  channel: Pick<ChannelRow, 'id' | 'name' | 'type'>,
  { key, uid, notice, at, as = {} }: NewNotice,
): Promise<number | null> {
  const [row] = await tx
    .insert(notices)
    .values({
      channelId: channel.id,
      channelName: channel.name,
      channelType: channel.type,
      key,
      uid,
      notice,
      nextAt: at,
      createdAt: at,
      ...as,
    })
    .onConflictDoNothing({ target: [notices.channelId, notices.key] })
    .returning({ id: notices.id })
  return row?.id ?? null
}

/** How many notices wait for a channel. */
export async function countWaiting(db: Executor, channelId: number): Promise<number> {
  const [row] = await db
    .select({ total: count() })
    .from(notices)
    .where(and(eq(notices.channelId, channelId), eq(notices.state, 'pending')))
  return row?.total ?? 0
}

/** Drops what waits for a channel, and says why. What is being sent right now is left to its end. */
export async function dropWaiting(tx: Tx, channelId: number, reason: string): Promise<void> {
  await tx
    .update(notices)
    .set({ state: 'dropped', reason, nextAt: null, leasedUntil: null })
    .where(and(eq(notices.channelId, channelId), eq(notices.state, 'pending')))
}

/**
 * Takes the next notice that is due, for one attempt until `leasedUntil`. Of each channel only the oldest that is not done
 * can be taken, so that a channel is told in the order in which things happened. One that was made in the future, before the
 * clock was set back, is due.
 */
export async function claimNotice(db: Executor, now: Date, leasedUntil: Date): Promise<NoticeRow | null> {
  const at = sql`${now.toISOString()}::timestamptz`
  const due = sql`(
    select n.id from ${notices} n
    where n.state = 'pending' and (n.next_at <= ${at} or n.created_at > ${at}) and (n.leased_until is null or n.leased_until <= ${at})
      and not exists (
        select 1 from ${notices} before
        where before.channel_id = n.channel_id and before.id < n.id and before.state in ('pending', 'sending'))
    order by n.next_at, n.id
    limit 1 for update of n skip locked)`
  const [row] = await db
    .update(notices)
    .set({ leasedUntil, attempts: sql`${notices.attempts} + 1` })
    .where(sql`${notices.id} = ${due}`)
    .returning()
  return row ?? null
}

/** Marks a claimed notice as handed to the receiver. False when the claim has run out or the notice was dropped meanwhile. */
export async function markSending(db: Executor, claimed: NoticeRow, now: Date): Promise<boolean> {
  if (claimed.leasedUntil === null || claimed.leasedUntil <= now) return false
  const rows = await db
    .update(notices)
    .set({ state: 'sending' })
    .where(and(eq(notices.id, claimed.id), eq(notices.state, 'pending'), eq(notices.leasedUntil, claimed.leasedUntil)))
    .returning({ id: notices.id })
  return rows.length > 0
}

export type Outcome = Partial<Pick<NoticeRow, 'state' | 'reason' | 'lastError' | 'nextAt' | 'sentAt'>>

/** Ends an attempt. False when the notice is no longer in the hands of this attempt. */
export async function settleNotice(db: Executor, claimed: NoticeRow, outcome: Outcome): Promise<boolean> {
  const rows = await db
    .update(notices)
    .set({ nextAt: null, ...outcome, leasedUntil: null })
    .where(
      and(
        eq(notices.id, claimed.id),
        sql`${notices.state} in ('pending', 'sending')`,
        sql`${notices.leasedUntil} = ${claimed.leasedUntil?.toISOString() ?? null}::timestamptz`,
      ),
    )
    .returning({ id: notices.id })
  return rows.length > 0
}

/** Ends what was handed over by an attempt that never came to its end, and gives it back. */
export async function failInterrupted(tx: Tx, now: Date, lastError: string): Promise<NoticeRow[]> {
  return await tx
    .update(notices)
    .set({ state: 'failed', reason: 'interrupted', lastError, nextAt: null, leasedUntil: null })
    .where(and(eq(notices.state, 'sending'), lt(notices.leasedUntil, now)))
    .returning()
}

export interface DeliveryFilter {
  state?: DeliveryState | undefined
  channelId?: number | undefined
  under?: string | undefined
  limit: number
  offset: number
}

/** Newest first. */
export async function listNotices(db: Executor, filter: DeliveryFilter): Promise<{ rows: NoticeRow[]; total: number }> {
  const conditions: SQL[] = []
  if (filter.state) conditions.push(eq(notices.state, filter.state))
  if (filter.channelId !== undefined) conditions.push(eq(notices.channelId, filter.channelId))
  if (filter.under !== undefined) conditions.push(concerns(filter.under))
  const where = and(...conditions)
  const rows = await db
    .select()
    .from(notices)
    .where(where)
    .orderBy(desc(notices.createdAt), desc(notices.id))
    .limit(filter.limit)
    .offset(filter.offset)
  const [all] = await db.select({ total: count() }).from(notices).where(where)
  return { rows, total: all?.total ?? 0 }
}

/** Condition: one of its alerts is of that node or below it; of a notice that lists none, its scope. */
function concerns(agentId: string): SQL {
  const alert = JSON.stringify({ alerts: [{ path: [agentId] }] })
  return sql`(${notices.notice} @> ${alert}::text::jsonb or ${notices.notice} ->> 'scope' = ${agentId})`
}

export async function noticeById(db: Executor, id: number): Promise<NoticeRow | null> {
  const [row] = await db.select().from(notices).where(eq(notices.id, id))
  return row ?? null
}
