import { and, eq } from 'drizzle-orm'
import type { Notice } from '../../contract/notifications.ts'
import type { Tx } from '../../db/open.ts'
import { notices } from '../../db/schema/notifications.ts'
import type { ChannelRow } from './channels.store.ts'

/** Keeps a notice for its channel. False when that channel has had one of this key. */
export async function keepNotice(
  tx: Tx,
  channel: Pick<ChannelRow, 'id' | 'name' | 'type'>,
  kept: { key: string; uid: string; notice: Notice; at: Date },
): Promise<boolean> {
  const { key, uid, notice, at } = kept
  const rows = await tx
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
    })
    .onConflictDoNothing({ target: [notices.channelId, notices.key] })
    .returning({ id: notices.id })
  return rows.length > 0
}

/** Drops what waits for a channel, and says why. What is being sent right now is left to its end. */
export async function dropWaiting(tx: Tx, channelId: number, reason: string): Promise<void> {
  await tx
    .update(notices)
    .set({ state: 'dropped', reason, nextAt: null })
    .where(and(eq(notices.channelId, channelId), eq(notices.state, 'pending')))
}
