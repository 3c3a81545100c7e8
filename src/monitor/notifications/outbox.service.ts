import { Notice } from '../../contract/notifications.ts'
import type { Unit } from '../changes/units.ts'
import { channelById } from './channels.store.ts'
import { keepNotice } from './outbox.store.ts'

/** What became of a notice that was put into the outbox. */
export type Enqueued = { queued: true } | { queued: false; why: 'known' | 'no-channel' | 'disabled' }

/** Notices on their way out: on disk with what caused them, sent afterwards. */
export function createOutbox({ clock, newId }: { clock: () => number; newId: () => string }) {
  return {
    /**
     * Keeps a notice for a channel, in the caller's transaction. The same `key` twice for one channel is one notice. Nothing
     * is kept for a channel that is not there or turned off.
     */
    async enqueue(unit: Unit, asked: { channelId: number; key: string; notice: Notice }): Promise<Enqueued> {
      const channel = await channelById(unit.tx, asked.channelId)
      if (!channel) return { queued: false, why: 'no-channel' }
      if (!channel.enabled) return { queued: false, why: 'disabled' }
      const notice = Notice.parse(asked.notice)
      const kept = { key: asked.key, uid: newId(), notice, at: new Date(clock()) }
      if (!(await keepNotice(unit.tx, channel, kept))) return { queued: false, why: 'known' }
      unit.emit('notices_queued', {})
      return { queued: true }
    },
  }
}
