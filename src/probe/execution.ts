import { isDeepStrictEqual } from 'node:util'
import type { ExecutionStatus } from '../contract/reports.ts'
import { within } from '../lib/within.ts'
import type { Logger } from '../platform/logger.ts'
import type { HostSampler } from './collectors/host-metrics.ts'
import { whyNotRun, type Moment } from './freshness.ts'
import type { Entry } from './journal/entry.ts'
import type { Journal } from './journal/journal.ts'
import { faultKey } from './observation.ts'
import type { Repairs } from './repair.ts'
import type { Watch } from './watch.ts'

/** What became of an approved action, for every monitor that had a part in it. */
export interface DeliveredResult {
  decision_id: number
  request_id: string
  status: ExecutionStatus
  output: string
  /** Null when nothing was run. */
  executed_at: string | null
  /** How long it ran; missing when nothing was run. */
  took_ms?: number
}

export interface Execution {
  /** Runs the stored action of an approved entry: once, while the approval is fresh, and only if the fault is still there. */
  runApproved(entryId: number, signal: AbortSignal): Promise<void>
  /** Delivers results that are still due; what cannot be delivered now is tried again with the next inspection. */
  deliverDue(): Promise<void>
}

const DELIVER_TIMEOUT_MS = 10_000

/** Carries approved actions out of the journal, never from what an answer said. */
export function createExecution(parts: {
  lifeMs: number
  dryRun: boolean
  journal: Journal
  repairs: Repairs
  watch: Watch
  sampler: HostSampler
  now: () => Moment
  deliverResult: (result: DeliveredResult) => void | Promise<void>
  /** Called after a run, so that the next report shows what it changed. */
  onExecuted: () => void
  logger: Logger
}): Execution {
  const { lifeMs, dryRun, journal, repairs, watch, sampler, now, deliverResult, onExecuted, logger } = parts
  let delivering: Promise<void> | null = null
  let again = false

  function whyStale({ askedAt, approvedAt, validForMs }: Entry): string | null {
    return approvedAt === null ? 'approval_stale' : whyNotRun({ askedAt, lifeMs, approvedAt, validForMs }, now())
  }

  /** Looks again right before the run; what cannot be looked at is not repaired. */
  async function whyGone(entry: Entry, signal: AbortSignal): Promise<string | null> {
    try {
      const seen = await watch.lookAgain(entry.issue, await sampler.sample(), signal)
      if (seen === null || seen.level === null) return 'the fault is gone'
      if (seen.action !== undefined && !isDeepStrictEqual(seen.action, entry.action))
        return 'another action would be right now'
      return null
    } catch (error) {
      return `the fault could not be looked at again: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  async function run(entry: Entry, signal: AbortSignal): Promise<void> {
    const stale = whyStale(entry)
    const gone = stale === null ? await whyGone(entry, signal) : null
    // A node that stops has decided nothing: the entry stays approved, and its freshness is judged at the next start.
    if (signal.aborted) return
    const blocked = stale ?? whyStale(entry) ?? repairs.whyNot(entry.action)
    if (blocked !== null || gone !== null) {
      const state = gone === null ? 'expired' : 'withdrawn'
      journal.end(entry.id, state, `not run: ${gone ?? blocked}`)
      logger.warn(
        { request_id: entry.requestId, fault: faultKey(entry.issue), why: gone ?? blocked },
        'an approved repair was not run',
      )
      return
    }
    if (!journal.claim(entry.id, dryRun)) return
    await repairs.carryOut(entry, { approved: true, signal })
    onExecuted()
  }

  async function deliverAll(): Promise<void> {
    for (const entry of journal.undelivered()) {
      try {
        const sent = await within(Promise.resolve(deliverResult(resultOf(entry))), DELIVER_TIMEOUT_MS)
        if (!sent.inTime) throw new Error(`not delivered within ${DELIVER_TIMEOUT_MS} ms`)
        journal.markDelivered(entry.id)
      } catch (error) {
        logger.warn({ err: error, request_id: entry.requestId }, 'the result of a repair is delivered later')
        return
      }
    }
  }

  async function deliverUntilNoneIsNew(): Promise<void> {
    do {
      again = false
      await deliverAll()
    } while (again)
  }

  /** Nobody waits for a delivery, so nothing of it may be thrown: a journal that cannot be read is said and met again. */
  async function deliverLogged(): Promise<void> {
    try {
      await deliverUntilNoneIsNew()
    } catch (error) {
      logger.warn({ err: error }, 'the journal could not be read for results to deliver')
    }
  }

  /** One at a time; what falls due meanwhile goes with the same round. */
  function deliverDue(): Promise<void> {
    again = true
    delivering ??= deliverLogged().finally(() => {
      delivering = null
    })
    return delivering
  }

  return {
    async runApproved(entryId, signal) {
      const entry = journal.inState('approved').find(({ id }) => id === entryId)
      if (!entry) return
      await run(entry, signal)
      await deliverDue()
    },
    deliverDue,
  }
}

function resultOf(entry: Entry): DeliveredResult {
  const ran = entry.state === 'done'
  return {
    decision_id: entry.decisionId ?? 0,
    request_id: entry.requestId,
    status: ran ? (entry.result ?? 'failed') : 'failed',
    output: entry.output,
    executed_at: ran && entry.startedAtMs !== null ? new Date(entry.startedAtMs).toISOString() : null,
    ...(ran && entry.startedAtMs !== null && entry.finishedAtMs !== null
      ? { took_ms: Math.max(0, entry.finishedAtMs - entry.startedAtMs) }
      : {}),
  }
}
