import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../contract/common.ts'
import type { Notice } from '../../contract/notifications.ts'
import type { Database } from '../../db/open.ts'
import { every } from '../../lib/every.ts'
import { within } from '../../lib/within.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Unit, Units } from '../changes/units.ts'
import { writeIntents } from '../intents/intents.store.ts'
import { selfNode } from '../nodes/nodes.store.ts'
import { afterFailure, type RetryLimits } from './attempt-end.ts'
import { keptChannelConfig } from './channel-config.ts'
import { channelById, type ChannelRow } from './channels.store.ts'
import { DeliveryError } from './delivery-error.ts'
import {
  claimNotice,
  failInterrupted,
  markSending,
  type NoticeRow,
  type Outcome,
  settleNotice,
} from './outbox.store.ts'
import { splitSecrets, withoutSecrets } from './secret-fields.ts'
import { deliveryErrorOf, type Send } from './send.ts'

/** Asked right before a notice is sent: what is over by then is not told. */
export type IsStillTrue = (notice: Notice) => Promise<'send' | { drop: string }>

const pollMs = 2_000
/** A claim outlives its attempt by this much, for the database. */
export const leaseMarginMs = 5_000
const settleRetryMs = 250
const stopWaitMs = 3_000
const maxErrorChars = 500
const interruptedText = 'this node ended while the receiver had not answered yet: nobody knows whether it arrived'

/** The attempt ended before anything was given to the receiver, for a reason of our own: not a failure. */
class NotHandedOver extends Error {}

/**
 * Sends what is in the outbox: several channels at once, each in order. A notice is marked `sending` when the connection
 * stands, and is only then given to the receiver. What a crash leaves before that mark is sent after the restart; what it
 * leaves behind the mark may have arrived and is not sent again: it ends as `failed`, reason `interrupted`.
 */
export function createDelivery(parts: {
  database: Database
  units: Units
  configOf: (row: ChannelRow) => JsonObject | null
  send: Send
  isStillTrue: IsStillTrue
  limits: RetryLimits & { timeoutMs: number; concurrency: number }
  clock: () => number
  random: () => number
  logger: Logger
}) {
  const { database, units, configOf, send, isStillTrue, limits, clock, random, logger } = parts
  let stopping = false
  let mayBegin = () => true
  let lanes: Array<ReturnType<typeof every>> = []

  async function settle(unit: Unit, row: NoticeRow, outcome: Outcome): Promise<void> {
    if (await settleNotice(unit.tx, row, outcome)) await tell(unit, row, outcome)
  }

  /** What people and meters learn of the end of an attempt. */
  async function tell(unit: Unit, row: NoticeRow, { state = row.state, reason = null, lastError }: Outcome) {
    unit.emit('notice_settled', { channel_type: row.channelType, state, reason })
    if (state !== 'failed') return
    const data = `a notice did not reach channel "${row.channelName}" (${reason}): ${lastError ?? ''}`
    const { id: nodeId } = await selfNode(unit.tx)
    await writeIntents(unit.tx, [{ nodeId, type: 'blocker', data, actor: null, at: new Date(clock()) }])
  }

  /** One attempt. Answers how it ended; throws NotHandedOver. */
  async function attempt(row: NoticeRow): Promise<Outcome> {
    const channel = row.channelId === null ? null : await channelById(database.db, row.channelId)
    if (!channel) return { state: 'dropped', reason: 'channel_deleted' }
    if (!channel.enabled && row.notice.kind !== 'test') return { state: 'dropped', reason: 'channel_disabled' }
    const verdict = row.notice.kind === 'test' ? 'send' : await isStillTrue(row.notice)
    if (verdict !== 'send') return { state: 'dropped', reason: verdict.drop }

    const config = configOf(channel)
    try {
      if (config === null) {
        const text = 'the secrets of the channel cannot be decrypted with the key of this node: enter them again'
        throw new DeliveryError('secrets_unreadable', text, { retry: false })
      }
      const known = keptChannelConfig(channel.type, config)
      if (!known) throw new DeliveryError('config_unknown', 'the config was made by another version', { retry: false })
      const told = { uid: row.uid, notice: row.notice, language: channel.language, nowMs: clock() }
      const remark = await send(known, told, async () => {
        if (stopping || !(await markSending(database.db, row, new Date(clock())))) throw new NotHandedOver()
      })
      return { state: 'sent', sentAt: new Date(clock()), lastError: remark }
    } catch (thrown) {
      if (thrown instanceof NotHandedOver) throw thrown
      const error = deliveryErrorOf(thrown)
      if (error.reason === 'internal') logger.error({ err: thrown, channel: channel.id }, 'a notice could not be sent')
      const { secret } = splitSecrets(channel.type, config ?? {})
      const lastError = withoutSecrets(error.message, secret).slice(0, maxErrorChars)
      const next = afterFailure(error, row.attempts, limits, random)
      return next.again
        ? { state: 'pending', nextAt: new Date(clock() + next.waitMs), reason: error.reason, lastError }
        : { state: 'failed', reason: next.reason, lastError }
    }
  }

  /** Writes the end of an attempt; a database that is away for a moment must not make a sent notice look lost. */
  async function settleSurely(row: NoticeRow, outcome: Outcome): Promise<void> {
    for (;;) {
      try {
        await units.run((unit) => settle(unit, row, outcome))
        return
      } catch (error) {
        if (stopping || row.leasedUntil === null || clock() >= row.leasedUntil.getTime()) throw error
        await sleep(settleRetryMs)
      }
    }
  }

  async function endInterrupted(): Promise<void> {
    await units.run(async (unit) => {
      for (const row of await failInterrupted(unit.tx, new Date(clock()), interruptedText)) await tell(unit, row, row)
    })
  }

  return {
    /** Sends what is due, one after the other, until nothing is. */
    async drain(): Promise<void> {
      if (!mayBegin()) return
      await endInterrupted()
      while (!stopping && mayBegin()) {
        const now = clock()
        const leasedUntil = new Date(now + limits.timeoutMs + leaseMarginMs)
        const row = await claimNotice(database.db, new Date(now), leasedUntil)
        if (!row) return
        try {
          await settleSurely(row, await attempt(row))
        } catch (error) {
          if (!(error instanceof NotHandedOver)) throw error
        }
      }
    },

    /** Makes the only attempt of a notice that the caller has claimed, and answers how it ended: `sent` or `failed`. */
    async once(row: NoticeRow): Promise<Outcome> {
      const ended = await attempt(row)
      const outcome: Outcome = ended.state === 'pending' ? { ...ended, state: 'failed', nextAt: null } : ended
      await settleSurely(row, outcome)
      return outcome
    },

    /** Begins to send by itself, whenever something waits and `may` says that it is this process's turn. */
    start(may: () => boolean): void {
      mayBegin = may
      let failing = false
      const work = async () => {
        await this.drain()
        failing = false
      }
      const failed = (err: unknown) => {
        // A database that is away for an hour must not fill the log.
        logger[failing ? 'debug' : 'error']({ err }, 'notices could not be sent; it is tried again')
        failing = true
      }
      lanes = Array.from({ length: limits.concurrency }, () => every(pollMs, work, failed))
    },

    /** Something was put into the outbox. */
    wake(): void {
      for (const lane of lanes) lane.now()
    },

    /** Begins nothing new, and waits a moment for receivers that are about to answer. */
    async stop(): Promise<void> {
      stopping = true
      await within(Promise.all(lanes.map((lane) => lane.stop())), stopWaitMs)
    },
  }
}
export type DeliveryService = ReturnType<typeof createDelivery>
