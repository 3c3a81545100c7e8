import { getTableColumns, sql } from 'drizzle-orm'
import type { Database, Executor, Tx } from '../../db/open.ts'
import { reportHours, reportMinutes, reportSummaries } from '../../db/schema/report-summaries.ts'
import { figuresOfReports, perFigure } from './figures.ts'
import { linesJoined, linesOfMinute } from './sample-lines.ts'

export interface SummaryState {
  uptoId: number
  /** Everything that was committed by then is summed up; null until that was so once. */
  completeAt: Date | null
}

const lastReportId = sql.raw(`pg_sequence_last_value('reports_id_seq')`)

/** A place in the reports, and the transactions that may still add one before it. */
export interface Mark {
  id: number
  writers: string[]
}

/**
 * The id that was given to a report last, and who was writing reports then. Ids are given before the commit: those up to
 * this one are all there as soon as none of the writers is left.
 */
export async function markReports(raw: Database['sql']): Promise<Mark> {
  const [last] = await raw<[{ id: number }]>`
    select coalesce(pg_sequence_last_value('reports_id_seq'), 0)::int8 as id`
  const writers = await raw<Array<{ name: string }>>`
    select virtualtransaction as name from pg_locks
    where locktype = 'relation' and relation = 'reports'::regclass and mode = 'RowExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())`
  return { id: last.id, writers: writers.map((writer) => writer.name) }
}

/** Whether one of the writers of a mark is still at work. */
export async function areWriting(raw: Database['sql'], { writers }: Mark): Promise<boolean> {
  if (writers.length === 0) return false
  const [row] = await raw<[{ some: boolean }]>`
    select exists (
      select from pg_locks where locktype = 'relation' and relation = 'reports'::regclass
        and virtualtransaction = any(${writers})) as some`
  return row.some
}

/** How far the summaries are, and how many reports at most are not in them yet. */
export async function summaryState(db: Executor): Promise<SummaryState & { behind: number }> {
  const [row] = await db
    .select({ ...getTableColumns(reportSummaries), lastId: sql<number>`coalesce(${lastReportId}, 0)::int8` })
    .from(reportSummaries)
  if (!row) throw new Error('the row that says how far the summaries are is missing')
  return { uptoId: row.uptoId, completeAt: row.completeAt, behind: row.lastId - row.uptoId }
}

/** As `summaryState`, kept from every other process until the transaction ends; null while another one has it. */
export async function holdSummaries(tx: Tx): Promise<SummaryState | null> {
  const [row] = await tx.select().from(reportSummaries).for('update', { skipLocked: true })
  return row ? { uptoId: row.uptoId, completeAt: row.completeAt } : null
}

export async function moveSummaries(tx: Tx, state: Partial<SummaryState>): Promise<void> {
  await tx.update(reportSummaries).set(state)
}

const columns = perFigure((figure) => `${figure}_n, ${figure}_min, ${figure}_sum, ${figure}_max`)
const ofMinutes = perFigure((figure) => `sum(${figure}_n), min(${figure}_min), sum(${figure}_sum), max(${figure}_max)`)
const named = perFigure(
  (figure) =>
    `count(${figure}) as ${figure}_n, min(${figure}) as ${figure}_min, coalesce(sum(${figure}), 0) as ${figure}_sum, max(${figure}) as ${figure}_max`,
)
/** What a summary becomes when more reports of its time come: each figure joined with what is there. */
const joined = perFigure(
  (figure) => `
    ${figure}_n = s.${figure}_n + excluded.${figure}_n, ${figure}_sum = s.${figure}_sum + excluded.${figure}_sum,
    ${figure}_min = least(s.${figure}_min, excluded.${figure}_min), ${figure}_max = greatest(s.${figure}_max, excluded.${figure}_max)`,
)

/**
 * Adds the reports with ids after `afterId` up to `uptoId` to the summaries of their minutes and hours, however late they
 * are. Not to be done twice: move the state in the same transaction.
 */
export async function addToSummaries(tx: Tx, afterId: number, uptoId: number): Promise<void> {
  await tx.execute(sql`
    with fresh as materialized (
      select node_id, date_bin('1 minute', reported_at, 'epoch') as at, ${named}, ${linesOfMinute} as lines
      from ${figuresOfReports(sql`r.id > ${afterId} and r.id <= ${uptoId}`)} r
      group by 1, 2
    ), minutes as (
      insert into ${reportMinutes} as s (node_id, at, ${columns}, lines)
      select * from fresh order by node_id, at
      on conflict (node_id, at) do update set ${joined}, lines = ${linesJoined}
    )
    insert into ${reportHours} as s (node_id, at, ${columns})
    select node_id, date_bin('1 hour', at, 'epoch'), ${ofMinutes} from fresh group by 1, 2 order by 1, 2
    on conflict (node_id, at) do update set ${joined}`)
}
