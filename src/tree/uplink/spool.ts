import type { Logger } from '../../platform/logger.ts'
import { SpoolError, spoolError } from './spool-error.ts'
import { moveAside, openSpoolFile } from './spool-file.ts'
import { type NewSpoolItem, type SpoolItem, spoolTables } from './spool-tables.ts'
import { thin } from './thinning.ts'

export interface SpoolStats {
  depth: number
  bytes: number
  oldestAt: number | null
  /** Metrics-only reports given up for want of space, and refused because only what must be kept is left; since the start. */
  thinned: number
  refused: number
}

export interface Spool {
  /**
   * On disk before it returns. A metrics-only report may be `refused` when only items that must be kept are left.
   * Throws SpoolError when nothing could be written (disk full, hard bound reached).
   */
  append(item: NewSpoolItem): 'stored' | 'refused'
  newestReport(except?: readonly number[]): SpoolItem | null
  /** Oldest first, without `except`; within both bounds, but at least one when there is one. */
  reports(bounds: { maxItems: number; maxBytes: number; except: readonly number[] }): SpoolItem[]
  oldestResult(except?: readonly number[]): SpoolItem | null
  /** Ids that are gone already are no error. */
  remove(ids: readonly number[]): void
  stats(): SpoolStats
  close(): void
}

export interface SpoolOptions {
  path: string
  clock: () => number
  logger: Logger
  /** Above this, metrics-only reports are thinned, oldest first. */
  maxBytes?: number
  /** Above this nothing is taken any more: only items that must be kept can fill it. */
  hardMaxBytes?: number
  /** Metrics-only reports older than this are given up. */
  maxAgeMs?: number
}

const ITEM_OVERHEAD_BYTES = 64
const AGE_CHECK_MS = 60_000
const REFUSAL_LOG_MS = 60_000

/** What waits for the parent, in a database of its own: it survives `kill -9` and is bounded in bytes and age. */
export function openSpool(options: SpoolOptions): Spool {
  const { path, clock, logger, maxBytes = 64 * 1024 * 1024, maxAgeMs = 7 * 86_400_000 } = options
  const hardMaxBytes = options.hardMaxBytes ?? 2 * maxBytes
  let thinned = 0
  let refused = 0
  let ageCheckedAt = Number.NEGATIVE_INFINITY
  let refusalLoggedAt = Number.NEGATIVE_INFINITY
  let open = openOrBeginAnew()
  let closed = false

  function openOrBeginAnew() {
    try {
      return spoolTables(openSpoolFile(path, clock()))
    } catch (error) {
      return beginAnew(damagedOrThrow(error))
    }
  }

  function damagedOrThrow(error: unknown): SpoolError {
    const trouble = spoolError(error)
    if (trouble.trouble !== 'damaged') throw trouble
    return trouble
  }

  function beginAnew(damage: SpoolError) {
    const movedTo = moveAside(path, clock())
    logger.error(
      { err: damage, movedTo },
      'the spool is damaged: moved aside, a new one begun; what the old one holds is not sent',
    )
    return spoolTables(openSpoolFile(path, clock()))
  }

  /** Runs one operation; a file found damaged is replaced and the operation tried once more. */
  function guarded<T>(operation: () => T): T {
    if (closed) throw new SpoolError('closed', 'the spool is closed')
    try {
      return operation()
    } catch (error) {
      const damage = damagedOrThrow(error)
      open.db.close()
      open = beginAnew(damage)
    }
    try {
      return operation()
    } catch (error) {
      throw spoolError(error)
    }
  }

  function giveUpTheOldest(now: number): void {
    if (now - ageCheckedAt < AGE_CHECK_MS) return
    ageCheckedAt = now
    const gone = open.removeOlder(now - maxAgeMs)
    thinned += gone
    if (gone > 0) logger.warn({ reports: gone }, 'spool: metrics-only reports past their age were given up')
  }

  function makeRoom(needBytes: number): void {
    const plan = thin(open.metricsOnly(), needBytes)
    if (plan.remove.length === 0) return
    open.applyThinning(plan.remove, plan.markThinned)
    thinned += plan.remove.length
    logger.warn(
      { reports: plan.remove.length, bytes: plan.freedBytes },
      'spool is full: the oldest metrics-only reports were thinned',
    )
  }

  function refuse(now: number): 'refused' {
    refused += 1
    if (now - refusalLoggedAt >= REFUSAL_LOG_MS) {
      refusalLoggedAt = now
      logger.error(
        { refused, bytes: open.totals().bytes },
        'spool is full of reports with issues: metrics-only reports are refused',
      )
    }
    return 'refused'
  }

  return {
    append: (item) =>
      guarded(() => {
        const now = clock()
        giveUpTheOldest(now)
        const bytes = Buffer.byteLength(item.body) + ITEM_OVERHEAD_BYTES
        const excess = () => open.totals().bytes + bytes - maxBytes
        if (excess() > 0) makeRoom(excess() + maxBytes / 20)
        if (excess() > 0 && !item.keep) return refuse(now)
        if (open.totals().bytes + bytes > hardMaxBytes) {
          throw new SpoolError(
            'full',
            `the spool has reached its bound of ${hardMaxBytes} bytes: nothing more is taken until the parent takes some`,
          )
        }
        open.insert(item, bytes)
        return 'stored'
      }),
    newestReport: (except = []) => guarded(() => open.newestReport(except)),
    reports: ({ maxItems, maxBytes: maxBatchBytes, except }) =>
      guarded(() => {
        const chosen: SpoolItem[] = []
        let total = 0
        for (const row of open.reports(except, maxItems)) {
          total += Buffer.byteLength(row.body) + 1
          if (chosen.length > 0 && total > maxBatchBytes) break
          chosen.push(row)
        }
        return chosen
      }),
    oldestResult: (except = []) => guarded(() => open.oldestResult(except)),
    remove: (ids) => guarded(() => open.remove(ids)),
    stats: () => guarded(() => ({ ...open.totals(), oldestAt: open.oldestAt(), thinned, refused })),
    close: () => {
      if (closed) return
      closed = true
      open.db.close()
    },
  }
}
