import { type SQL, sql } from 'drizzle-orm'
import type { MonitorHistory, MonitorPoint } from '../../contract/better-monitor/monitor-data.ts'
import type { Executor } from '../../db/open.ts'
import type { SummedFigure } from '../../db/schema/report-summaries.ts'
import { figuresOfReports, perFigure, reportsOf } from './figures.ts'
import { type Grid, gridOf, levelOf } from './grid.ts'
import { rowsOfSpan, usableLevel } from './span-rows.ts'
import { summaryState } from './summaries.store.ts'

const avg = (figure: SummedFigure) => sql.raw(`sum(${figure}_sum) / nullif(sum(${figure}_n), 0)`)
const min = (figure: SummedFigure) => sql.raw(`min(${figure}_min)`)
const max = (figure: SummedFigure) => sql.raw(`max(${figure}_max)`)

export interface SampleSpan {
  from: Date
  to: Date
  /** Of points. */
  limit: number
  /** Before this moment only the summaries of hours are kept; null: as much as of everything. */
  onlyHoursBefore?: Date | null
}

/**
 * The measurements of a node between two moments, at most `limit` points: every report when they are few, else averages,
 * peaks and lowest figures of equal buckets, so that no peak is lost however long the span. Wide buckets are made from summaries.
 */
export async function nodeSamples(
  db: Executor,
  nodeId: number,
  { from, to, limit, onlyHoursBefore = null }: SampleSpan,
  nowMs: number,
): Promise<MonitorHistory> {
  const span = { fromMs: from.getTime(), toMs: to.getTime() }
  const needsHours = onlyHoursBefore !== null && from < onlyHoursBefore
  const state = await summaryState(db)
  const grid = gridOf(span, limit, needsHours ? 3_600 : 1)
  const rows = rowsOfSpan(nodeId, span, usableLevel(levelOf(grid.resolutionS), state, nowMs), state)
  const { points, reportCount } = await pointsOfBuckets(db, rows, grid, span.fromMs)
  const few = reportCount <= limit && !needsHours ? await pointsOfReports(db, nodeId, span, limit + 1) : null
  // Late ones that are in no summary yet may make them more than few.
  return few && few.length <= limit ? { data: few, resolution: 0 } : { data: points, resolution: grid.resolutionS }
}

/** A point for every report of a span, at most `limit`. */
export async function pointsOfReports(
  db: Executor,
  nodeId: number,
  span: { fromMs: number; toMs: number },
  limit: number,
): Promise<MonitorPoint[]> {
  const rows = await db.execute<Record<SummedFigure, number | null> & { at: number }>(sql`
    select ${epochMs(sql`reported_at`)} as at, ${perFigure((figure) => figure)}
    from ${figuresOfReports(reportsOf(nodeId, span))} r order by reported_at limit ${limit}`)
  return rows.map((row) => ({
    timestamp: new Date(row.at).toISOString(),
    cpu_usage: row.cpu,
    cpu_usage_max: row.cpu,
    cpu_usage_min: row.cpu,
    memory_used: row.memory_used,
    memory_used_max: row.memory_used,
    memory_used_min: row.memory_used,
    disk_used: row.disk_used,
    disk_used_max: row.disk_used,
    disk_used_min: row.disk_used,
    memory_total: row.memory_total,
    disk_total: row.disk_total,
    network_in: row.network_in,
    network_in_max: row.network_in,
    network_out: row.network_out,
    network_out_max: row.network_out,
    load_avg_1: row.load_1,
    load_avg_1_max: row.load_1,
    load_avg_5: row.load_5,
    load_avg_15: row.load_15,
  }))
}

/** A point for every bucket in which something was measured; the first may begin before the span, of which alone it speaks. */
async function pointsOfBuckets(
  db: Executor,
  rows: SQL,
  { resolutionS, originMs }: Grid,
  fromMs: number,
): Promise<{ points: MonitorPoint[]; reportCount: number }> {
  const bucket = sql`date_bin(make_interval(secs => ${resolutionS}), at, ${new Date(originMs).toISOString()}::timestamptz)`
  const buckets = await db.execute<Omit<MonitorPoint, 'timestamp'> & { at: number; reports: number }>(sql`
    select ${epochMs(bucket)} as at, sum(cpu_n)::int8 as reports,
      ${avg('cpu')} as cpu_usage, ${max('cpu')} as cpu_usage_max, ${min('cpu')} as cpu_usage_min,
      ${avg('memory_used')} as memory_used, ${max('memory_used')} as memory_used_max, ${min('memory_used')} as memory_used_min,
      ${avg('disk_used')} as disk_used, ${max('disk_used')} as disk_used_max, ${min('disk_used')} as disk_used_min,
      ${avg('memory_total')} as memory_total, ${avg('disk_total')} as disk_total,
      ${avg('network_in')} as network_in, ${max('network_in')} as network_in_max,
      ${avg('network_out')} as network_out, ${max('network_out')} as network_out_max,
      ${avg('load_1')} as load_avg_1, ${max('load_1')} as load_avg_1_max,
      ${avg('load_5')} as load_avg_5, ${avg('load_15')} as load_avg_15
    from (${rows}) s group by 1 order by 1`)
  let reportCount = 0
  const points = buckets.map(({ at, reports, ...figures }) => {
    // Every report says how busy the processor was.
    reportCount += reports
    return { timestamp: new Date(Math.max(at, fromMs)).toISOString(), ...figures }
  })
  return { points, reportCount }
}

function epochMs(moment: SQL): SQL {
  return sql`extract(epoch from ${moment})::float8 * 1000`
}

/** Average percentages of a node over a span; null where nothing was reported. */
export async function averagesOf(db: Executor, nodeId: number, span: { fromMs: number; toMs: number }, nowMs: number) {
  const state = await summaryState(db)
  const rounded = (figure: SummedFigure) => sql`round((${avg(figure)})::numeric, 2)::float8`
  const [row] = await db.execute<Record<'avg_cpu' | 'avg_memory' | 'avg_disk', number | null>>(sql`
    select ${rounded('cpu')} as avg_cpu, ${rounded('memory')} as avg_memory, ${rounded('disk')} as avg_disk
    from (${rowsOfSpan(nodeId, span, usableLevel('hour', state, nowMs), state)}) s`)
  return row ?? { avg_cpu: null, avg_memory: null, avg_disk: null }
}
