import type { Sql } from '../../db/open.ts'
import { type Every, every } from '../../lib/every.ts'
import { within } from '../../lib/within.ts'
import type { Logger } from '../../platform/logger.ts'
import { holdOrTake } from './leadership.store.ts'

const lookMs = 1_000
const lookTimeoutMs = 3_000
/** A leader that could not make sure for so long begins nothing more: it may have been frozen, or cut off. */
const leaseMs = 3_000

/**
 * Which of the processes of a monitor does what must be done once: the one whose session holds a lock of the database. The lock
 * goes with the session; what a leader of before still does is fenced off by the epoch (`asLeader`).
 */
export function createLeadership(parts: {
  /** A connection for the lock alone. */
  openSession: () => Sql
  replicaId: string
  /** This process leads from now on. */
  onGained: () => void
  onLost: () => void
  /** Time that only goes on, in ms. */
  monotonic: () => number
  logger: Logger
}) {
  const { openSession, replicaId, onGained, onLost, monotonic, logger } = parts
  let session: Sql | null = null
  let held: { epoch: number; confirmedAtMs: number } | null = null
  let looking: Every | null = null
  let failing = false

  async function drop(): Promise<void> {
    const dropped = session
    session = null
    await dropped?.end({ timeout: 0 })
  }

  function enter(epoch: number | null, askedAtMs: number): void {
    const before = held
    held = epoch === null ? null : { epoch, confirmedAtMs: askedAtMs }
    if (before !== null && before.epoch !== epoch) {
      logger.warn({ epoch: before.epoch }, 'this process does not lead the monitor any more')
      onLost()
    }
    if (epoch !== null && before?.epoch !== epoch) {
      logger.info({ epoch }, 'this process leads the monitor now')
      onGained()
    }
  }

  async function look(): Promise<void> {
    const askedAtMs = monotonic()
    session ??= openSession()
    try {
      const answer = await within(holdOrTake(session, replicaId), lookTimeoutMs)
      if (!answer.inTime) throw new Error(`the database did not answer within ${lookTimeoutMs} ms`)
      enter(answer.value, askedAtMs)
      failing = false
    } catch (error) {
      enter(null, askedAtMs)
      await drop()
      throw error
    }
  }

  return {
    /** The epoch in which this process leads, null when it does not, or cannot be sure. */
    epoch(): number | null {
      return held && monotonic() - held.confirmedAtMs <= leaseMs ? held.epoch : null
    },
    start(): void {
      looking = every(lookMs, look, (err) => {
        logger[failing ? 'debug' : 'error']({ err }, 'it cannot be found out which process leads the monitor')
        failing = true
      })
    },
    /** Looks at once: another process is known to lead, or none does. */
    look: () => looking?.now(),
    /** Lets another process lead. Answers whether this one did. */
    async stop(): Promise<boolean> {
      await looking?.stop()
      const led = held !== null
      enter(null, monotonic())
      await drop()
      return led
    },
  }
}
export type Leadership = ReturnType<typeof createLeadership>
