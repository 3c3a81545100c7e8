import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../db/open.ts'
import type { Logger } from '../../platform/logger.ts'
import { addToSummaries, areWriting, holdSummaries, type Mark, markReports, moveSummaries } from './summaries.store.ts'

export interface Summaries {
  /**
   * Once a minute, soon after it has ended: adds the reports that came since the last time to the summaries of their minutes
   * and hours, late ones too. Other calls do nothing, so call it often. Several processes may; one of them works.
   */
  look(): Promise<void>
}

const minuteMs = 60_000
/** The last reports of a minute are on their way a little longer; with them most summaries are written once. */
const settleMs = 2_000
/** Of one transaction: some tenths of a second of work. */
const maxIdsPerStep = 20_000
const writersTimeoutMs = 5_000
const writersPollMs = 20
/** Catching up over more than this many steps is worth a line in the log. */
const longSteps = 25

/** Keeps the 1-minute and 1-hour summaries of reports, beside the way that reports take, so that it costs them nothing. */
export function createSummaries(parts: {
  database: Database
  clock: () => number
  /** Ends a `look` that is under way after the step that it is at; the next start goes on from there. */
  stopping: AbortSignal
  logger: Logger
}): Summaries {
  const { database, clock, stopping, logger } = parts
  let doneMinute = -1

  /** False when somebody is still writing reports that belong before the mark. */
  async function isSettled(mark: Mark): Promise<boolean> {
    for (const endsAt = performance.now() + writersTimeoutMs; await areWriting(database.sql, mark);) {
      if (stopping.aborted || performance.now() > endsAt) return false
      await sleep(writersPollMs)
    }
    return true
  }

  /** One transaction: it is done wholly or not at all, so that no report is counted twice, whoever is killed when. */
  async function step(mark: Mark, markedAt: Date): Promise<'more' | 'done'> {
    return await database.db.transaction(async (tx) => {
      const state = await holdSummaries(tx)
      if (!state || state.uptoId > mark.id) return 'done'
      const uptoId = Math.min(mark.id, state.uptoId + maxIdsPerStep)
      if (uptoId > state.uptoId) await addToSummaries(tx, state.uptoId, uptoId)
      const isLast = uptoId === mark.id
      await moveSummaries(tx, isLast ? { uptoId, completeAt: markedAt } : { uptoId })
      return isLast ? 'done' : 'more'
    })
  }

  return {
    async look() {
      const minute = Math.floor((clock() - settleMs) / minuteMs)
      if (minute === doneMinute) return
      const markedAt = new Date(clock())
      const mark = await markReports(database.sql)
      if (!(await isSettled(mark))) return
      let steps = 0
      for (let left = 'more'; left === 'more' && !stopping.aborted; steps++) {
        const beganAt = performance.now()
        left = await step(mark, markedAt)
        // With much to catch up on, as after an upgrade, half of the time is for the work of the day.
        if (left === 'more') await sleep(performance.now() - beganAt)
      }
      if (steps > longSteps) logger.info({ steps }, 'the reports of a longer time were added to the summaries')
      if (!stopping.aborted) doneMinute = minute
    },
  }
}
