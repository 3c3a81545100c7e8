import { type SQL, sql } from 'drizzle-orm'
import { reportHours, reportMinutes } from '../../db/schema/report-summaries.ts'
import { figuresOfReports, moment, perFigure, reportsOf } from './figures.ts'
import { cutSpan, type Level, type Piece } from './grid.ts'
import { lineOfReport } from './sample-lines.ts'
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

/** What is read of a span, as columns of a summary and of one report. */
export interface Reading {
  ofSummary: SQL
  ofReport: SQL
}

/** `cpu_n, cpu_min, cpu_sum, cpu_max, …` */
export const readFigures: Reading = {
  ofSummary: perFigure((figure) => `${figure}_n, ${figure}_min, ${figure}_sum, ${figure}_max`),
  ofReport: perFigure(
    (figure) =>
      `(${figure} is not null)::int as ${figure}_n, ${figure} as ${figure}_min, ${figure} as ${figure}_sum, ${figure} as ${figure}_max`,
  ),
}
/** `reports`: how many. Every report says how busy the processor was. */
export const readCounts: Reading = { ofSummary: sql.raw('cpu_n as reports'), ofReport: sql.raw('1 as reports') }
/** `reports`, and their `lines`; minutes and reports have them. */
export const readLines: Reading = {
  ofSummary: sql.raw('cpu_n as reports, lines'),
  ofReport: sql`1 as reports, ${lineOfReport} as lines`,
}

/** The coarsest level that may be used for buckets of a width, with summaries in that state. */
export function usableLevel(wanted: Level, state: SummaryState, nowMs: number): Level {
  const isNear = state.completeAt !== null && nowMs - state.completeAt.getTime() < maxBehindMs
  return isNear ? wanted : 'report'
}

/**
 * What a reading says of a node over a span, as rows that begin with `at`, each of an hour, a minute or a report, that together
 * speak of every report of the span once: in one statement, so that a report is not missed on its way into a summary.
 */
export function rowsOfSpan(
  nodeId: number,
  span: { fromMs: number; toMs: number },
  level: Level,
  state: Behind,
  reading: Reading,
): SQL {
  const pieces = cutSpan(span.fromMs, span.toMs, level)
  const summed = pieces.filter((piece) => piece.level !== 'report')
  const parts = pieces.map((piece) => rowsOfPiece(nodeId, piece, reading))
  const [first, last] = [summed[0], summed.at(-1)]
  if (first && last) parts.push(...rowsNotSummed(nodeId, { fromMs: first.fromMs, toMs: last.toMs }, state, reading))
  return sql.join(parts, sql` union all `)
}

/** Those reports of a span that came after the summaries were made. */
function rowsNotSummed(
  nodeId: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  state: Behind,
  reading: Reading,
): SQL[] {
  const isCalm = state.behind <= maxLookedThrough
  const lateFromMs = Math.max(fromMs, (state.completeAt?.getTime() ?? 0) - (isCalm ? lateMs : lateUnderLoadMs))
  // The summaries may go on between two statements; then fewer are left than this one knows of.
  const notSummed = sql`r.id > (select upto_id from report_summaries)`
  const where = isCalm ? sql`r.id > ${state.uptoId}::int8 and ${notSummed}` : notSummed
  return lateFromMs < toMs ? [rowsOfReports(nodeId, { fromMs: lateFromMs, toMs }, reading, where)] : []
}

function rowsOfPiece(nodeId: number, piece: Piece, reading: Reading): SQL {
  if (piece.level === 'report') return rowsOfReports(nodeId, piece, reading)
  const table = piece.level === 'hour' ? reportHours : reportMinutes
  return sql`
    select at, ${reading.ofSummary} from ${table}
    where node_id = ${nodeId} and at >= ${moment(piece.fromMs)} and at < ${moment(piece.toMs)}`
}

function rowsOfReports(
  nodeId: number,
  span: { fromMs: number; toMs: number },
  reading: Reading,
  more = sql`true`,
): SQL {
  return sql`
    select reported_at as at, ${reading.ofReport} from ${figuresOfReports(sql`${reportsOf(nodeId, span)} and ${more}`)} r`
}
