import { sql } from 'drizzle-orm'
import type { MonitorHistory, MonitorPoint } from '../../contract/better-monitor/monitor-data.ts'
import type { Executor } from '../../db/open.ts'
import type { SummedFigure } from '../../db/schema/report-summaries.ts'
import { reports } from '../../db/schema/reports.ts'
import { gridOf, levelOf } from './grid.ts'
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
  const [isFew, state] = await Promise.all([
    needsHours ? false : hasFew(db, nodeId, { from, to, limit }),
    summaryState(db),
  ])
  const grid = gridOf(span, limit, needsHours ? 3_600 : 1)
  const level = isFew ? 'report' : usableLevel(levelOf(grid.resolutionS), state, nowMs)
  const origin = new Date(grid.originMs).toISOString()
  const bucket = isFew ? sql`at` : sql`date_bin(make_interval(secs => ${grid.resolutionS}), at, ${origin}::timestamptz)`
  const rows = await db.execute<Omit<MonitorPoint, 'timestamp'> & { at: number }>(sql`
    select extract(epoch from ${bucket})::float8 * 1000 as at,
      ${avg('cpu')} as cpu_usage, ${max('cpu')} as cpu_usage_max, ${min('cpu')} as cpu_usage_min,
      ${avg('memory_used')} as memory_used, ${max('memory_used')} as memory_used_max, ${min('memory_used')} as memory_used_min,
      ${avg('disk_used')} as disk_used, ${max('disk_used')} as disk_used_max, ${min('disk_used')} as disk_used_min,
      ${avg('memory_total')} as memory_total, ${avg('disk_total')} as disk_total,
      ${avg('network_in')} as network_in, ${max('network_in')} as network_in_max,
      ${avg('network_out')} as network_out, ${max('network_out')} as network_out_max,
      ${avg('load_1')} as load_avg_1, ${max('load_1')} as load_avg_1_max,
      ${avg('load_5')} as load_avg_5, ${avg('load_15')} as load_avg_15
    from (${rowsOfSpan(nodeId, span, level, state)}) s
    group by 1 order by 1 limit ${limit}`)
  return {
    // The first bucket may begin before the span, of which alone it speaks.
    data: rows.map(({ at, ...figures }) => ({
      timestamp: new Date(Math.max(at, span.fromMs)).toISOString(),
      ...figures,
    })),
    resolution: isFew ? 0 : grid.resolutionS,
  }
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

async function hasFew(db: Executor, nodeId: number, { from, to, limit }: SampleSpan): Promise<boolean> {
  const [counted] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from ${reports} r
      where r.node_id = ${nodeId} and r.reported_at >= ${from.toISOString()}::timestamptz and r.reported_at < ${to.toISOString()}::timestamptz
      limit ${limit + 1}) few`)
  return (counted?.count ?? 0) <= limit
}
