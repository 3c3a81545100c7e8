import { type SQL, sql } from 'drizzle-orm'
import type { MonitorHistory, MonitorPoint } from '../../contract/better-monitor/monitor-data.ts'
import type { Executor } from '../../db/open.ts'
import type { SummedFigure } from '../../db/schema/report-summaries.ts'
import { type Grid, gridOf, type Level, levelOf } from './grid.ts'
import { type MinuteLines, pointsJson } from './sample-lines.ts'
import { readCounts, readFigures, readLines, rowsOfSpan, usableLevel } from './span-rows.ts'
import { summaryState } from './summaries.store.ts'

const avg = (figure: SummedFigure) => sql.raw(`sum(${figure}_sum) / nullif(sum(${figure}_n), 0)`)
const min = (figure: SummedFigure) => sql.raw(`min(${figure}_min)`)
const max = (figure: SummedFigure) => sql.raw(`max(${figure}_max)`)

/** Of a chart; more points than that are given of reports only. */
const maxBuckets = 1_000

type Span = { fromMs: number; toMs: number }
type State = Awaited<ReturnType<typeof summaryState>>

export interface SampleSpan {
  from: Date
  to: Date
  /** Of points. */
  limit: number
  /** Before this moment only the summaries of hours are kept; null: as much as of everything. */
  onlyHoursBefore?: Date | null
}

/**
 * The measurements of a node between two moments, a `MonitorHistory` as JSON text, at most `limit` points: every report when they are
 * few, else averages, peaks and lowest figures of equal buckets, so that no peak is lost however long the span.
 */
export async function nodeSamples(
  db: Executor,
  nodeId: number,
  { from, to, limit, onlyHoursBefore = null }: SampleSpan,
  nowMs: number,
): Promise<string> {
  const span = { fromMs: from.getTime(), toMs: to.getTime() }
  const state = await summaryState(db)
  const needsHours = onlyHoursBefore !== null && from < onlyHoursBefore
  if (!needsHours) {
    const few = await fewReports(db, nodeId, span, limit, state, nowMs)
    if (few !== null) return `{"data":${few},"resolution":0}`
  }
  const grid = gridOf(span, Math.min(limit, maxBuckets), needsHours ? 3_600 : 1)
  const rows = rowsOfSpan(nodeId, span, usableLevel(levelOf(grid.resolutionS), state, nowMs), state, readFigures)
  const data = await pointsOfBuckets(db, rows, grid, span.fromMs)
  return JSON.stringify({ data, resolution: grid.resolutionS } satisfies MonitorHistory)
}

/** A point for every report of a span, as a JSON array; null when there are more than `limit`. */
async function fewReports(
  db: Executor,
  nodeId: number,
  span: Span,
  limit: number,
  state: State,
  nowMs: number,
): Promise<string | null> {
  const [counted] = await db.execute<{ reports: number }>(sql`
    select coalesce(sum(reports), 0)::int8 as reports
    from (${rowsOfSpan(nodeId, span, usableLevel('hour', state, nowMs), state, readCounts)}) s`)
  if ((counted?.reports ?? 0) > limit) return null
  const fromMinutes = await linesOf(db, nodeId, span, usableLevel('minute', state, nowMs), state)
  const rows = fromMinutes ?? (await linesOf(db, nodeId, span, 'report', state)) ?? []
  // Late ones that came in between may make them more than few.
  return rows.reduce((sum, row) => sum + row.reports, 0) > limit ? null : pointsJson(rows)
}

/** The lines of all reports of a span; null when some minutes of an older version have none. */
async function linesOf(db: Executor, nodeId: number, span: Span, level: Level, state: State) {
  const rows = await db.execute<{ atMs: number; reports: number; lines: string | null }>(sql`
    select ${epochMs(sql`at`)} as "atMs", reports, lines from (${rowsOfSpan(nodeId, span, level, state, readLines)}) s order by at`)
  const whole: Array<MinuteLines & { reports: number }> = []
  for (const { lines, ...row } of rows) {
    if (lines === null) return null
    whole.push({ ...row, lines })
  }
  return whole
}

/** A point for every bucket in which something was measured; the first may begin before the span, of which alone it speaks. */
async function pointsOfBuckets(
  db: Executor,
  rows: SQL,
  { resolutionS, originMs }: Grid,
  fromMs: number,
): Promise<MonitorPoint[]> {
  const bucket = sql`date_bin(make_interval(secs => ${resolutionS}), at, ${new Date(originMs).toISOString()}::timestamptz)`
  const buckets = await db.execute<Omit<MonitorPoint, 'timestamp'> & { at: number }>(sql`
    select ${epochMs(bucket)} as at,
      ${avg('cpu')} as cpu_usage, ${max('cpu')} as cpu_usage_max, ${min('cpu')} as cpu_usage_min,
      ${avg('memory_used')} as memory_used, ${max('memory_used')} as memory_used_max, ${min('memory_used')} as memory_used_min,
      ${avg('disk_used')} as disk_used, ${max('disk_used')} as disk_used_max, ${min('disk_used')} as disk_used_min,
      ${avg('memory_total')} as memory_total, ${avg('disk_total')} as disk_total,
      ${avg('network_in')} as network_in, ${max('network_in')} as network_in_max,
      ${avg('network_out')} as network_out, ${max('network_out')} as network_out_max,
      ${avg('load_1')} as load_avg_1, ${max('load_1')} as load_avg_1_max,
      ${avg('load_5')} as load_avg_5, ${avg('load_15')} as load_avg_15
    from (${rows}) s group by 1 order by 1`)
  return buckets.map(({ at, ...figures }) => ({ timestamp: new Date(Math.max(at, fromMs)).toISOString(), ...figures }))
}

function epochMs(moment: SQL): SQL {
  return sql`extract(epoch from ${moment})::float8 * 1000`
}

/** Average percentages of a node over a span; null where nothing was reported. */
export async function averagesOf(db: Executor, nodeId: number, span: Span, nowMs: number) {
  const state = await summaryState(db)
  const rounded = (figure: SummedFigure) => sql`round((${avg(figure)})::numeric, 2)::float8`
  const [row] = await db.execute<Record<'avg_cpu' | 'avg_memory' | 'avg_disk', number | null>>(sql`
    select ${rounded('cpu')} as avg_cpu, ${rounded('memory')} as avg_memory, ${rounded('disk')} as avg_disk
    from (${rowsOfSpan(nodeId, span, usableLevel('hour', state, nowMs), state, readFigures)}) s`)
  return row ?? { avg_cpu: null, avg_memory: null, avg_disk: null }
}
