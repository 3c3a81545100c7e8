import type { Logger } from '../../platform/logger.ts'
import type { Attempts } from './attempts.ts'
import type { Gate } from './gate.ts'
import type { ParentClient } from './parent-client.ts'
import type { ParentError } from './parent-error.ts'
import type { Pending } from './pending.ts'
import type { SpoolItem } from './spool-tables.ts'
import { type SpooledResult, parseSpooledResult } from './spooled-result.ts'

export interface LiveLaneOptions {
  pending: Pending
  attempts: Attempts
  gate: Gate
  client: Pick<ParentClient, 'sendReport' | 'sendResult'>
  clock: () => number
  /** Up to this age the newest report is sent alone and ahead of all others. */
  liveAgeMs: number
  signal: AbortSignal
  logger: Logger
  onReportAccepted: () => void
  onDropped: () => void
}

/** One step of the fast lane: the newest report if it is live, else the oldest result. Returns how long to sleep then, in ms. */
export function createLiveStep(options: LiveLaneOptions): () => Promise<number> {
  const { pending, attempts, gate, client, clock, liveAgeMs, signal, logger, onReportAccepted, onDropped } = options
  let triedId: number | null = null

  function drop(item: SpoolItem, why: ParentError | Error): void {
    logger.error(
      { err: why, kind: item.kind, item: item.body.slice(0, 2000) },
      `the parent refuses a ${item.kind} for good: it is dropped`,
    )
    onDropped()
  }

  async function send(item: SpoolItem, request: () => Promise<unknown>): Promise<void> {
    pending.claim([item])
    try {
      const outcome = await attempts.run(request)
      if (outcome.ok && item.kind === 'report') onReportAccepted()
      if (!outcome.ok && outcome.error.kind === 'rejected') drop(item, outcome.error)
      if (outcome.ok || outcome.error.kind === 'rejected') pending.done([item])
    } finally {
      pending.release([item])
    }
  }

  async function sendResult(item: SpoolItem): Promise<void> {
    let spooled: SpooledResult
    try {
      spooled = parseSpooledResult(item.body)
    } catch (error) {
      drop(item, error as Error)
      pending.done([item])
      return
    }
    await send(item, () => client.sendResult(spooled.decision_id, spooled.result, { signal }))
  }

  return async function step() {
    const report = pending.live(clock(), liveAgeMs)
    const item = report ?? pending.oldestResult()
    if (!item) return Number.POSITIVE_INFINITY
    const waitMs = gate.waitMs(report !== null && report.id !== triedId)
    if (waitMs > 0) return waitMs
    if (report) {
      triedId = report.id
      await send(report, () => client.sendReport(report.body, { signal }))
    } else await sendResult(item)
    return 0
  }
}
