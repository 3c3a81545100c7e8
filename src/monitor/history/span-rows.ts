import { type SQL, sql } from 'drizzle-orm'
import { reportHours, reportMinutes } from '../../db/schema/report-summaries.ts'
import { figuresOfReports, moment, perFigure, reportsOf } from './figures.ts'
import { cutSpan, type Level, type Piece } from './grid.ts'
import type { SummaryState } from './summaries.store.ts'

/** Of summaries that are further behind than this nothing is read: every report is. */
const maxBehindMs = 600_000
/**
 * What came since the summaries were made is read from the reports themselves, back to this long before: two or three daily
 * partitions. A report that is later still (a backlog of days) is in charts of wide buckets after the next minute.
 */
const lateMs = 26 * 3_600_000
/** When more reports than this came, of all nodes, those of one are found by their time, not by when they came. */
const maxLookedThrough = 20_000
const lateUnderLoadMs = 600_000

type Behind = SummaryState & { behind: number }

const columns = perFigure((figure) => `${figure}_n, ${figure}_min, ${figure}_sum, ${figure}_max`)
const ofOneReport = perFigure(
  (figure) =>
    `(${figure} is not null)::int as ${figure}_n, ${figure} as ${figure}_min, ${figure} as ${figure}_sum, ${figure} as ${figure}_max`,
)

/** The coarsest level that may be used for buckets of a width, with summaries in that state. */
export function usableLevel(wanted: Level, state: SummaryState, nowMs: number): Level {
  const isNear = state.completeAt !== null && nowMs - state.completeAt.getTime() < maxBehindMs
  return isNear ? wanted : 'report'
}

/**
 * The figures of a node over a span, as rows `(at, cpu_n, cpu_min, cpu_sum, cpu_max, …)`, each of an hour, a minute or a report, that
 * together speak of every report of the span once: in one statement, so that a report is not missed on its way into a summary.
 */
export function rowsOfSpan(nodeId: number, span: { fromMs: number; toMs: number }, level: Level, state: Behind): SQL {
  const pieces = cutSpan(span.fromMs, span.toMs, level)
  const summed = pieces.filter((piece) => piece.level !== 'report')
  const parts = pieces.map((piece) => rowsOfPiece(nodeId, piece))
  const [first, last] = [summed[0], summed.at(-1)]
  if (first && last) parts.push(...rowsNotSummed(nodeId, { fromMs: first.fromMs, toMs: last.toMs }, state))
  return sql.join(parts, sql` union all `)
}

/** Those reports of a span that came after the summaries were made. */
function rowsNotSummed(nodeId: number, { fromMs, toMs }: { fromMs: number; toMs: number }, state: Behind): SQL[] {
  const isCalm = state.behind <= maxLookedThrough
  const lateFromMs = Math.max(fromMs, (state.completeAt?.getTime() ?? 0) - (isCalm ? lateMs : lateUnderLoadMs))
  // The summaries may go on between two statements; then fewer are left than this one knows of.
  const notSummed = sql`r.id > (select upto_id from report_summaries)`
  const where = isCalm ? sql`r.id > ${state.uptoId}::int8 and ${notSummed}` : notSummed
  return lateFromMs < toMs ? [rowsOfReports(nodeId, { fromMs: lateFromMs, toMs }, where)] : []
}

function rowsOfPiece(nodeId: number, piece: Piece): SQL {
  if (piece.level === 'report') return rowsOfReports(nodeId, piece)
  const table = piece.level === 'hour' ? reportHours : reportMinutes
  return sql`
    select at, ${columns} from ${table}
    where node_id = ${nodeId} and at >= ${moment(piece.fromMs)} and at < ${moment(piece.toMs)}`
}

function rowsOfReports(nodeId: number, span: { fromMs: number; toMs: number }, more = sql`true`): SQL {
  return sql`
    select reported_at as at, ${ofOneReport} from ${figuresOfReports(sql`${reportsOf(nodeId, span)} and ${more}`)} r`
}
