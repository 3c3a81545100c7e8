import { type SQL, sql } from 'drizzle-orm'
import type { MonitorPoint } from '../../contract/better-monitor/monitor-data.ts'
import type { SummedFigure } from '../../db/schema/report-summaries.ts'
import { levelMs } from './grid.ts'

/** The figures of a line, in the order in which lines are stored: never to be changed. */
const lineFigures = [
  'cpu',
  'memory_used',
  'disk_used',
  'memory_total',
  'disk_total',
  'network_in',
  'network_out',
  'load_1',
  'load_5',
  'load_15',
] as const satisfies SummedFigure[]

/** What a point says when it speaks of one report. */
const figureOf: Record<Exclude<keyof MonitorPoint, 'timestamp'>, (typeof lineFigures)[number]> = {
  cpu_usage: 'cpu',
  cpu_usage_max: 'cpu',
  cpu_usage_min: 'cpu',
  memory_used: 'memory_used',
  memory_used_max: 'memory_used',
  memory_used_min: 'memory_used',
  disk_used: 'disk_used',
  disk_used_max: 'disk_used',
  disk_used_min: 'disk_used',
  memory_total: 'memory_total',
  disk_total: 'disk_total',
  network_in: 'network_in',
  network_in_max: 'network_in',
  network_out: 'network_out',
  network_out_max: 'network_out',
  load_avg_1: 'load_1',
  load_avg_1_max: 'load_1',
  load_avg_5: 'load_5',
  load_avg_15: 'load_15',
}

const secondsChars = '00.000Z'.length
const anyLine = new RegExp(`${['', ...lineFigures].map(() => '([^,\\n]*)').join(',')}\\n`, 'g')
// A line's first column is its seconds.
const restOfPoint = Object.entries(figureOf)
  .map(([name, figure]) => `,"${name}":$${lineFigures.indexOf(figure) + 2}`)
  .join('')

/**
 * A report of `figuresOfReports` as a line of text: the seconds of its minute and its figures, `07.250,12.5,…`. A number is as JSON
 * has it, and `null` where there is none. Lines of a minute sort by time, as bytes.
 */
export const lineOfReport: SQL = sql.raw(
  `concat(to_char(reported_at at time zone 'UTC', 'SS.MS'), ${lineFigures
    .map((figure) => `',', coalesce(${figure}::text, 'null')`)
    .join(', ')}, E'\\n')`,
)

/** The lines of a minute, by time. */
export const linesOfMinute: SQL = sql`string_agg(${lineOfReport}, '' order by reported_at)`

/** What a minute's lines become when reports come after they were written; none when it had none, of an older version. */
export const linesJoined: SQL = sql.raw(
  `(select string_agg(line, E'\\n' order by line collate "C") || E'\\n'
    from unnest(string_to_array(rtrim(s.lines || excluded.lines, E'\\n'), E'\\n')) line)`,
)

/** Lines of the minute that `atMs` is in. */
export interface MinuteLines {
  atMs: number
  lines: string
}

/**
 * The points of all those lines as a JSON array, by time. `rows` are in order of their minutes; a minute may have several rows. It is
 * made as text: a day of reports is megabytes, which take twice as long by way of objects.
 */
export function pointsJson(rows: readonly MinuteLines[]): string {
  const parts: string[] = []
  for (let at = 0; at < rows.length;) {
    const minuteMs = minuteOf(rows[at])
    const first = at
    while (at < rows.length && minuteOf(rows[at]) === minuteMs) at += 1
    const minute = new Date(minuteMs).toISOString().slice(0, -secondsChars)
    parts.push(inOrder(rows.slice(first, at)).replace(anyLine, `,{"timestamp":"${minute}$1Z"${restOfPoint}}`))
  }
  return `[${parts.join('').slice(1)}]`
}

function minuteOf(row: MinuteLines | undefined): number {
  return Math.floor((row?.atMs ?? 0) / levelMs.minute) * levelMs.minute
}

/** The lines of one minute; the rows of some may be lines that came later. */
function inOrder(rows: readonly MinuteLines[]): string {
  const lines = rows.map((row) => row.lines).join('')
  return rows.length === 1
    ? lines
    : lines
        .split(/(?<=\n)/)
        .toSorted()
        .join('')
}
