import type { Notice } from '../../contract/notifications.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Actor } from '../auth/actor.ts'
import type { Units } from '../changes/units.ts'
import { selfNode } from '../nodes/nodes.store.ts'
import { channelNotFound, trialFailed } from './channels.errors.ts'
import { lockChannel } from './channels.store.ts'
import { type DeliveryService, leaseMarginMs } from './delivery.service.ts'
import { keepNotice, noticeById } from './outbox.store.ts'

/** A person tries a channel: one notice, one attempt, the answer at once; it stands in the list like every other. */
export function createChannelTrial(parts: {
  units: Units
  delivery: Pick<DeliveryService, 'once'>
  siteTitle: () => Promise<string>
  timeoutMs: number
  clock: () => number
  newId: () => string
}) {
  const { units, delivery, siteTitle, timeoutMs, clock, newId } = parts

  return {
    /**
     * Sends a test through a channel, also one that is turned off. Answers how long it took, in milliseconds. Throws NOT_FOUND,
     * CONFLICT when its secrets cannot be read, DELIVERY_FAILED or TIMEOUT with what the receiver said.
     */
    async run(actor: Actor, channelId: number): Promise<number> {
      const site = await siteTitle()
      const startedAt = clock()
      const { row, name } = await units.run(async (unit) => {
        const channel = await lockChannel(unit.tx, channelId)
        if (!channel) throw channelNotFound(channelId)
        const at = new Date(clock())
        const scope = (await selfNode(unit.tx)).agentId
        const base = { kind: 'test', severity: 'low', site, scope } as const
        const notice: Notice = { ...base, alerts: [], omitted: 0, at: at.toISOString() }
        const uid = newId()
        const leasedUntil = new Date(at.getTime() + timeoutMs + leaseMarginMs)
        const kept = { key: `test:${uid}`, uid, notice, at, as: { attempts: 1, leasedUntil } }
        const id = await keepNotice(unit.tx, channel, kept)
        const row = id === null ? null : await noticeById(unit.tx, id)
        if (!row) throw new Error('a notice with a new key was not kept')
        const details = { type: channel.type, name: channel.name }
        await appendAudit(unit.tx, { actor, action: 'channel.test', target: String(channelId), details })
        return { row, name: channel.name }
      })
      const outcome = await delivery.once(row)
      if (outcome.state !== 'sent') throw trialFailed(name, outcome.reason ?? '', outcome.lastError ?? '')
      return clock() - startedAt
    },
  }
}
export type ChannelTrial = ReturnType<typeof createChannelTrial>
