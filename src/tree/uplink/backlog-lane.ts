import type { Logger } from '../../platform/logger.ts'
import type { Attempts } from './attempts.ts'
import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS, type Settled, nextBatchItems, settleBatch, smallerMayPass } from './batch.ts'
import type { Gate } from './gate.ts'
import type { ParentClient } from './parent-client.ts'
import type { ParentError } from './parent-error.ts'
import type { Pending } from './pending.ts'
import type { SpoolItem } from './spool-tables.ts'

export interface BacklogLaneOptions {
  pending: Pending
  attempts: Attempts
  gate: Gate
  client: Pick<ParentClient, 'sendBatch'>
  clock: () => number
  liveAgeMs: number
  /** How long to sleep when all that is left is not backlog yet. */
  idleMs: number
  /** Between two batches, so that a backlog stays far below the parent's rate limit. */
  pauseMs: number
  /** A live report is on its way: the backlog waits until the lane is woken. */
  liveUnderWay: () => boolean
  signal: AbortSignal
  logger: Logger
  onDropped: (count: number) => void
}

const LOGGED_REJECTIONS = 5

/** One step of the slow lane: a batch of the oldest reports, behind the live one. Returns how long to sleep then, in ms. */
export function createBacklogStep(options: BacklogLaneOptions): () => Promise<number> {
  const {
    pending,
    attempts,
    gate,
    client,
    clock,
    liveAgeMs,
    idleMs,
    pauseMs,
    liveUnderWay,
    signal,
    logger,
    onDropped,
  } = options
  let maxItems = MAX_BATCH_ITEMS
  let pausedSince: number | null = null

  function pauseLeftMs(): number {
    const passedMs = pausedSince === null ? pauseMs : clock() - pausedSince
    return passedMs < 0 ? 0 : pauseMs - passedMs
  }

  function settle({ accepted, rejected }: Settled, sent: number): void {
    maxItems = nextBatchItems(maxItems, sent, 'accepted')
    pausedSince = clock()
    if (rejected.length > 0) {
      const first = rejected
        .slice(0, LOGGED_REJECTIONS)
        .map(({ item, code, message }) => ({ code, message, item: item.body.slice(0, 500) }))
      logger.error(
        { rejected: rejected.length, first },
        'the parent refuses reports of the backlog for good: they are dropped',
      )
      onDropped(rejected.length)
    }
    logger.info({ accepted: accepted.length }, 'backlog: the parent took a batch')
    pending.done([...accepted, ...rejected.map(({ item }) => item)])
  }

  function refused(error: ParentError, items: readonly SpoolItem[]): void {
    if (!smallerMayPass(error)) return
    if (items.length > 1 || error.kind !== 'rejected') {
      maxItems = nextBatchItems(maxItems, items.length, 'too-much')
      return
    }
    logger.error(
      { err: error, item: items[0]?.body.slice(0, 2000) },
      'the parent refuses a report of the backlog for good: it is dropped',
    )
    onDropped(1)
    pending.done(items)
    maxItems = nextBatchItems(maxItems, 1, 'accepted')
  }

  return async function step() {
    if (liveUnderWay() || pending.live(clock(), liveAgeMs)) return Number.POSITIVE_INFINITY
    const waitMs = Math.max(gate.waitMs(false), pauseLeftMs())
    if (waitMs > 0) return waitMs
    const items = pending.backlog({ now: clock(), liveAgeMs, maxItems, maxBytes: MAX_BATCH_BYTES })
    if (items.length === 0) return pending.isEmpty() ? Number.POSITIVE_INFINITY : idleMs
    pending.claim(items)
    try {
      const bodies = items.map((item) => item.body)
      const areHistory = pending.areHistory(items)
      const outcome = await attempts.run(async () =>
        settleBatch(items, await client.sendBatch(bodies, { signal, areHistory })),
      )
      if (outcome.ok) settle(outcome.value, items.length)
      else refused(outcome.error, items)
    } finally {
      pending.release(items)
    }
    return 0
  }
}
