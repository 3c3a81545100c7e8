import { type BatchReceipt, Report } from '../../contract/reports.ts'
import { ParentError } from './parent-error.ts'
import type { SpoolItem } from './spool-tables.ts'

/** Bounds of `POST /reports/batch`. */
export const MAX_BATCH_ITEMS = 1000
export const MAX_BATCH_BYTES = 4 * 1024 * 1024 - 1024

const ReportUid = Report.pick({ report_uid: true })

/** How many reports the next batch carries, after one of `sent` went well or did not. */
export function nextBatchItems(current: number, sent: number, outcome: 'accepted' | 'too-much'): number {
  if (outcome === 'too-much') return Math.max(1, Math.floor(sent / 2))
  return Math.min(MAX_BATCH_ITEMS, Math.max(current, sent * 2))
}

/**
 * A batch that may have been too large for the line, a proxy or the monitor, or that one bad item spoils as a whole: half
 * of it may pass.
 */
export function smallerMayPass(error: ParentError): boolean {
  return error.kind === 'rejected' || error.code === 'TIMEOUT'
}

export interface Settled {
  /** Committed by the parent, now or before. */
  accepted: SpoolItem[]
  /** Never to be accepted. */
  rejected: Array<{ item: SpoolItem; code: string; message: string }>
}

/** What became of each item; an answer that does not speak of these items is a `retryable` ParentError. */
export function settleBatch(items: readonly SpoolItem[], receipt: BatchReceipt): Settled {
  const settled: Settled = { accepted: [], rejected: [] }
  if (receipt.results.length !== items.length) throw foreignAnswer()
  for (const [at, item] of items.entries()) {
    const result = receipt.results[at]
    if (!result || (result.report_uid !== null && result.report_uid !== uidOf(item))) throw foreignAnswer()
    if (result.status !== 'rejected') settled.accepted.push(item)
    else settled.rejected.push({ item, code: result.error?.code ?? 'UNKNOWN', message: result.error?.message ?? '' })
  }
  return settled
}

/** The report_uid of a spooled report; null when it has none, or when the text is no JSON and the parent will say so. */
function uidOf(item: SpoolItem): string | null {
  try {
    return ReportUid.safeParse(JSON.parse(item.body)).data?.report_uid ?? null
  } catch {
    return null
  }
}

function foreignAnswer(): ParentError {
  return new ParentError({
    kind: 'retryable',
    status: 200,
    message: 'the answer to a batch does not speak of its items',
  })
}
