import type { z } from 'zod'
import { forbidden } from '../../contract/errors.ts'
import { type Delivery, type DeliveryQuery, Notice } from '../../contract/notifications.ts'
import type { Database } from '../../db/open.ts'
import { isoOrNull } from '../../lib/time.ts'
import type { Actor } from '../auth/actor.ts'
import { scopeOf } from '../auth/permissions.ts'
import type { Unit } from '../changes/units.ts'
import { channelById } from './channels.store.ts'
import { countWaiting, keepNotice, listNotices, type NoticeRow } from './outbox.store.ts'

/** What became of a notice that was put into the outbox. */
export type Enqueued = { queued: true } | { queued: false; why: 'known' | 'no-channel' | 'disabled' | 'full' }

const maxWaitingPerChannel = 5_000

/** Notices on their way out: on disk with what caused them, sent afterwards. */
export function createOutbox(parts: { database: Database; clock: () => number; newId: () => string }) {
  const { database, clock, newId } = parts
  return {
    /**
     * Keeps a notice for a channel, in the caller's transaction. The same `key` twice for one channel is one notice. Nothing
     * is kept for a channel that is not there or turned off; where thousands wait already, it is kept as dropped.
     */
    async enqueue(unit: Unit, asked: { channelId: number; key: string; notice: Notice }): Promise<Enqueued> {
      const channel = await channelById(unit.tx, asked.channelId)
      if (!channel) return { queued: false, why: 'no-channel' }
      if (!channel.enabled) return { queued: false, why: 'disabled' }
      const isFull = (await countWaiting(unit.tx, channel.id)) >= maxWaitingPerChannel
      const id = await keepNotice(unit.tx, channel, {
        key: asked.key,
        uid: newId(),
        notice: Notice.parse(asked.notice),
        at: new Date(clock()),
        as: isFull ? { state: 'dropped', reason: 'outbox_full', nextAt: null } : {},
      })
      if (id === null) return { queued: false, why: 'known' }
      if (isFull) return { queued: false, why: 'full' }
      unit.emit('notices_queued', {})
      return { queued: true }
    },

    /** What was sent, what waits and what was not, newest first. Not for who sees only some of the servers: FORBIDDEN. */
    async list(actor: Actor, query: z.infer<typeof DeliveryQuery>) {
      if (!scopeOf(actor).all) {
        throw forbidden(
          '通知记录涉及所有服务器：需要运维人员权限',
          'notices speak of every server: an operator may read them',
        )
      }
      const { limit, offset, state, under, channel_id: channelId } = query
      const { rows, total } = await listNotices(database.db, { limit, offset, state, under, channelId })
      return { total, limit, offset, notifications: rows.map(view) }
    },
  }
}
export type Outbox = ReturnType<typeof createOutbox>

function view(row: NoticeRow): z.infer<typeof Delivery> {
  return {
    id: row.id,
    channel_id: row.channelId,
    channel_name: row.channelName,
    channel_type: row.channelType,
    key: row.key,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    last_error: row.lastError,
    next_at: isoOrNull(row.nextAt),
    created_at: row.createdAt.toISOString(),
    sent_at: isoOrNull(row.sentAt),
    notice: row.notice,
  }
}
