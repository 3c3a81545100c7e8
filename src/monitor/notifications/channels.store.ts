import { asc, eq } from 'drizzle-orm'
import type { Executor } from '../../db/open.ts'
import { notificationChannels } from '../../db/schema/notifications.ts'

export type ChannelRow = typeof notificationChannels.$inferSelect

export async function channelById(db: Executor, id: number): Promise<ChannelRow | null> {
  const [row] = await db.select().from(notificationChannels).where(eq(notificationChannels.id, id))
  return row ?? null
}

/** The channels that notices go to now, oldest first. */
export async function enabledChannels(db: Executor): Promise<ChannelRow[]> {
  return await db
    .select()
    .from(notificationChannels)
    .where(eq(notificationChannels.enabled, true))
    .orderBy(asc(notificationChannels.id))
}
