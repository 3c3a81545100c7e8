import { bigint, doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'

/** The figures of a report that are summed up, as the columns of a summary begin. Bytes, bytes/s, percent, load. */
export const summedFigures = [
  'cpu',
  'memory',
  'disk',
  'memory_used',
  'memory_total',
  'disk_used',
  'disk_total',
  'network_in',
  'network_out',
  'load_1',
  'load_5',
  'load_15',
] as const
export type SummedFigure = (typeof summedFigures)[number]

type Count = ReturnType<typeof count>
type Value = ReturnType<typeof doublePrecision>
const count = (name: string) => integer(name).notNull()

/** Of each figure: how many reports had it, the lowest, the sum and the peak. */
function figureColumns() {
  const counts = summedFigures.map((figure) => [`${figure}_n`, count(`${figure}_n`)] as const)
  const values = summedFigures.flatMap((figure) =>
    (['min', 'sum', 'max'] as const).map(
      (what) => [`${figure}_${what}`, doublePrecision(`${figure}_${what}`)] as const,
    ),
  )
  // The narrow ones together: no row has gaps between its columns.
  return Object.fromEntries([...counts, ...values]) as Record<`${SummedFigure}_n`, Count> &
    Record<`${SummedFigure}_${'min' | 'sum' | 'max'}`, Value>
}

/** What the reports of a node said in one minute that begins at `at`. In daily partitions, as the reports. */
export const reportMinutes = pgTable(
  'report_minutes',
  {
    nodeId: bigint('node_id', { mode: 'number' }).notNull(),
    at: moment('at').notNull(),
    ...figureColumns(),
    /** Its reports one by one, a line of figures for each, by time; null in what an older version wrote. */
    lines: text('lines'),
  },
  (t) => [primaryKey({ columns: [t.nodeId, t.at] })],
)

/** The same of one hour. */
export const reportHours = pgTable(
  'report_hours',
  {
    nodeId: bigint('node_id', { mode: 'number' }).notNull(),
    at: moment('at').notNull(),
    ...figureColumns(),
  },
  (t) => [primaryKey({ columns: [t.nodeId, t.at] })],
)

/** How far the reports are in the summaries: those up to `uptoId` are, no other is. One row. */
export const reportSummaries = pgTable('report_summaries', {
  id: integer('id').primaryKey(),
  uptoId: bigint('upto_id', { mode: 'number' }).notNull(),
  /** Everything that was committed by then is in them; null until that was so once. */
  completeAt: moment('complete_at'),
})
