import { sql } from 'drizzle-orm'
import type { MonitorHistory, MonitorPoint } from '../../contract/better-monitor/monitor-data.ts'
import type { Executor } from '../../db/open.ts'
import { reports } from '../../db/schema/reports.ts'
import { bucketSeconds } from './buckets.ts'

const figure = (path: string) => sql.raw(`(r.metrics #>> '{${path}}')::float8`)
/** No host has figures as large as this; a sum of such would be beyond what the database can add up. */
const absurd = sql.raw('1e100')
const avg = (path: string) => sql`avg(${figure(path)}) filter (where ${figure(path)} < ${absurd})`
const min = (path: string) => sql`min(${figure(path)}) filter (where ${figure(path)} < ${absurd})`
const max = (path: string) => sql`max(${figure(path)}) filter (where ${figure(path)} < ${absurd})`

/**
 * The measurements of a node between two moments, at most `limit` points: every report when they are few, else averages,
 * peaks and lowest figures of equal buckets, so that no peak is lost however long the span.
 */
export async function nodeSamples(
  db: Executor,
  nodeId: number,
  span: { from: Date; to: Date; limit: number },
): Promise<MonitorHistory> {
  const from = span.from.toISOString()
  const to = span.to.toISOString()
  const where = sql`r.node_id = ${nodeId} and r.reported_at >= ${from}::timestamptz and r.reported_at < ${to}::timestamptz`
  const [counted] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from (select 1 from ${reports} r where ${where} limit ${span.limit + 1}) few`)
  const isFew = (counted?.count ?? 0) <= span.limit
  const resolution = isFew ? 0 : bucketSeconds(span.to.getTime() - span.from.getTime(), span.limit)
  const bucket = isFew
    ? sql`r.reported_at`
    : sql`date_bin(make_interval(secs => ${resolution}), r.reported_at, ${from}::timestamptz)`
  const rows = await db.execute<Omit<MonitorPoint, 'timestamp'> & { at: number }>(sql`
    select extract(epoch from ${bucket})::float8 * 1000 as at,
      ${avg('cpu_percent')} as cpu_usage, ${max('cpu_percent')} as cpu_usage_max,
      ${avg('memory,used_bytes')} as memory_used, ${max('memory,used_bytes')} as memory_used_max, ${avg('memory,total_bytes')} as memory_total,
      ${avg('disk,used_bytes')} as disk_used, ${max('disk,used_bytes')} as disk_used_max, ${avg('disk,total_bytes')} as disk_total,
      ${avg('network_io,bytes_recv')} as network_in, ${max('network_io,bytes_recv')} as network_in_max,
      ${avg('network_io,bytes_sent')} as network_out, ${max('network_io,bytes_sent')} as network_out_max,
      ${avg('load_average,0')} as load_avg_1, ${max('load_average,0')} as load_avg_1_max,
      ${min('cpu_percent')} as cpu_usage_min, ${min('memory,used_bytes')} as memory_used_min, ${min('disk,used_bytes')} as disk_used_min,
      ${avg('load_average,1')} as load_avg_5, ${avg('load_average,2')} as load_avg_15
    from ${reports} r where ${where}
    group by 1 order by 1 limit ${span.limit}`)
  return { data: rows.map(({ at, ...figures }) => ({ timestamp: new Date(at).toISOString(), ...figures })), resolution }
}
