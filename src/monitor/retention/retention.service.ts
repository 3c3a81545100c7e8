import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../db/open.ts'
import type { Logger } from '../../platform/logger.ts'
import { createPartition, dropPartition, partitionNames } from './partitions.store.ts'
import {
  beginningOfDay,
  type DailyTable,
  dailyTableNames,
  expiredPartitions,
  forgetBefore,
  neededPartitions,
} from './partitions.ts'
import { type Bounds, forget, type Forgotten } from './retention.store.ts'

/** What was forgotten: whole days of reports and their summaries, and rows. */
export type Tidied = Record<'partitions' | Forgotten, number>

export interface Retention {
  /** Makes the partitions of the days around now. Call it at start, and at least every other day. */
  prepare(): Promise<void>
  /** Forgets what is older than the retention; only one process at a time does, the others forget nothing. */
  tidy(): Promise<Tidied>
  /** Before this moment there may be hourly summaries and no reports; null when all are kept equally long. */
  onlyHoursBefore(): Promise<Date | null>
}

const tidyLock = 4_839_201_802
const chunkRows = 5_000
/** At most this much of one kind in one go; the rest is for the next. */
const maxChunks = 1_000
/** Between two chunks, so that the work of the day goes first. */
const pauseMs = 20

/** Keeps the history of a monitor as long as it should be kept. The audit log is kept for ever. */
export function createRetention(parts: {
  database: Database
  clock: () => number
  /** Asked anew each time: the days of history that are kept. */
  retentionDays: () => Promise<number>
  /** Days for which the hourly summaries are kept when that is longer; absent: as everything else. */
  hourlySummaryDays?: number | undefined
  logger: Logger
}): Retention {
  const { database, clock, retentionDays, hourlySummaryDays = 0, logger } = parts

  async function forgetRows(kind: Forgotten, bounds: Bounds): Promise<number> {
    let total = 0
    for (let chunk = 0; chunk < maxChunks; chunk++) {
      const rows = await forget[kind](database.db, bounds, chunkRows)
      total += rows
      if (rows < chunkRows) break
      await sleep(pauseMs)
    }
    return total
  }

  async function dropOldDays(table: DailyTable, before: Date): Promise<number> {
    let dropped = 0
    for (const partition of expiredPartitions(table, await partitionNames(database.sql, table), before)) {
      if (!(await dropPartition(database.sql, partition))) {
        logger.warn({ partition }, 'the table is in use: old days are dropped next time')
        break
      }
      dropped += 1
    }
    return dropped
  }

  async function forgetAll(): Promise<Tidied> {
    const days = await retentionDays()
    const now = new Date(clock())
    const before = forgetBefore(clock(), days)
    const hoursBefore = forgetBefore(clock(), Math.max(days, hourlySummaryDays))
    const bounds: Bounds = { now, before, hoursBefore, longBefore: forgetBefore(clock(), 2 * days) }
    const tidied = nothing()
    for (const table of dailyTableNames) {
      tidied.partitions += await dropOldDays(table, table === 'report_hours' ? hoursBefore : before)
    }
    for (const kind of Object.keys(forget) as Forgotten[]) tidied[kind] = await forgetRows(kind, bounds)
    return tidied
  }

  return {
    async prepare() {
      for (const table of dailyTableNames) {
        const known = new Set(await partitionNames(database.sql, table))
        for (const partition of neededPartitions(table, clock())) {
          if (known.has(partition.name)) continue
          if ((await createPartition(database.sql, partition)) === 'busy') {
            logger.warn({ partition: partition.name }, 'the table is in use: days get their partitions next time')
            break
          }
        }
      }
    },

    async onlyHoursBefore() {
      const days = await retentionDays()
      return hourlySummaryDays > days ? beginningOfDay(forgetBefore(clock(), days)) : null
    },

    async tidy() {
      // Held by a transaction that does nothing else: it ends with its connection, and nobody has to give it back.
      return await database.sql.begin(async (tx) => {
        const [lock] = await tx<Array<{ taken: boolean }>>`select pg_try_advisory_xact_lock(${tidyLock}) as taken`
        if (!lock?.taken) return nothing()
        const tidied = await forgetAll()
        const isWorthTelling = Object.values(tidied).some((count) => count > 0)
        logger[isWorthTelling ? 'info' : 'debug'](tidied, 'old data forgotten')
        return tidied
      })
    },
  }
}

function nothing(): Tidied {
  return {
    partitions: 0,
    reports: 0,
    minutes: 0,
    hours: 0,
    status_changes: 0,
    intents: 0,
    alerts: 0,
    decisions: 0,
    tasks: 0,
    notices: 0,
    silences: 0,
    snapshot_rows: 0,
  }
}
