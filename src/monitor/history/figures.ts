import { type SQL, sql } from 'drizzle-orm'
import { reports } from '../../db/schema/reports.ts'
import { type SummedFigure, summedFigures } from '../../db/schema/report-summaries.ts'

/** Where a figure is in the metrics of a report. */
const paths: Record<SummedFigure, readonly (string | number)[]> = {
  cpu: ['cpu_percent'],
  memory: ['memory_percent'],
  disk: ['disk_percent'],
  memory_used: ['memory', 'used_bytes'],
  memory_total: ['memory', 'total_bytes'],
  disk_used: ['disk', 'used_bytes'],
  disk_total: ['disk', 'total_bytes'],
  network_in: ['network_io', 'bytes_recv'],
  network_out: ['network_io', 'bytes_sent'],
  load_1: ['load_average', 0],
  load_5: ['load_average', 1],
  load_15: ['load_average', 2],
}
/** No host has figures as large as this; a sum of such would be beyond what the database can add up. */
const absurd = '1e100'

/** A text for every figure, as a list with commas. */
export function perFigure(text: (figure: SummedFigure) => string): SQL {
  return sql.raw(summedFigures.map(text).join(', '))
}

/**
 * Those reports `r` that `where` names: who, when, and the figures as columns of their names; null where a report has none, or
 * an absurd one. The fences (`offset 0`) keep the database from reading the JSON anew for every use of a figure.
 */
export function figuresOfReports(where: SQL): SQL {
  return sql`
    (select node_id, reported_at, ${sane} from (
      select r.node_id, r.reported_at, ${read} from ${reports} r where ${where} offset 0) read offset 0)`
}

/** The reports `r` of a node in a span. */
export function reportsOf(nodeId: number, { fromMs, toMs }: { fromMs: number; toMs: number }): SQL {
  return sql`r.node_id = ${nodeId} and r.reported_at >= ${moment(fromMs)} and r.reported_at < ${moment(toMs)}`
}

/** A moment as the statements of `db` take it. */
export function moment(ms: number): SQL {
  return sql`${new Date(ms).toISOString()}::timestamptz`
}

const read = perFigure((figure) => `(r.metrics${paths[figure].map(step).join('')})::float8 as ${figure}`)
const sane = perFigure((figure) => `case when ${figure} < ${absurd} then ${figure} end as ${figure}`)

function step(key: string | number): string {
  return typeof key === 'number' ? `->${key}` : `->'${key}'`
}
