import { asc, count, eq } from 'drizzle-orm'
import type { Executor, Tx } from '../../db/open.ts'
import { notificationChannels } from '../../db/schema/notifications.ts'

export type ChannelRow = typeof notificationChannels.$inferSelect
type NewChannelRow = typeof notificationChannels.$inferInsert

export async function channelById(db: Executor, id: number): Promise<ChannelRow | null> {
  const [row] = await db.select().from(notificationChannels).where(eq(notificationChannels.id, id))
  return row ?? null
}

/** As `channelById`, and nobody else changes it until the transaction ends. */
export async function lockChannel(tx: Tx, id: number): Promise<ChannelRow | null> {
  const [row] = await tx.select().from(notificationChannels).where(eq(notificationChannels.id, id)).for('update')
  return row ?? null
}

/** Oldest first. */
export async function allChannels(db: Executor): Promise<ChannelRow[]> {
  return await db.select().from(notificationChannels).orderBy(asc(notificationChannels.id))
}

/** The channels that notices go to now, oldest first. */
export async function enabledChannels(db: Executor): Promise<ChannelRow[]> {
  return await db
    .select()
    .from(notificationChannels)
    .where(eq(notificationChannels.enabled, true))
    .orderBy(asc(notificationChannels.id))
}

export async function countChannels(tx: Tx): Promise<number> {
  const [row] = await tx.select({ total: count() }).from(notificationChannels)
  return row?.total ?? 0
}

export async function addChannel(tx: Tx, values: NewChannelRow): Promise<ChannelRow> {
  const [row] = await tx.insert(notificationChannels).values(values).returning()
  if (!row) throw new Error('an insert returned no row')
  return row
}

export async function changeChannel(tx: Tx, id: number, set: Partial<NewChannelRow>): Promise<ChannelRow> {
  const [row] = await tx.update(notificationChannels).set(set).where(eq(notificationChannels.id, id)).returning()
  if (!row) throw new Error(`channel ${id} was locked and is gone`)
  return row
}

export async function deleteChannel(tx: Tx, id: number): Promise<void> {
  await tx.delete(notificationChannels).where(eq(notificationChannels.id, id))
}
