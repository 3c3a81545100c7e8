import { openDatabase } from '../../src/db/open.ts'
import { quiet } from '../support/quiet-logger.ts'
import type { Monitor } from './monitors.ts'
import { keptDays } from './world.ts'

/** Older days may be on their way out, not all tables at once. */
const wholeHistory = '1 day'

/**
 * What is wrong with the history that this monitor keeps: every report that is summed up stands once in its minute and its
 * hour, and no other does. Holds at every moment. Rejects while its database is away.
 */
export async function historyViolations({ id, databaseUrl }: Monitor): Promise<string[]> {
  return await ask(databaseUrl(), async (sql) => {
    const found: string[] = []
    for (const [width, table] of Object.entries({ '1 minute': 'report_minutes', '1 hour': 'report_hours' })) {
      const odd = await sql.unsafe<Array<{ node_id: number; at: Date; summed: number; kept: number }>>(
        `with kept as (
           select node_id, date_bin('${width}', reported_at, 'epoch') as at, count(*)::int as n
           from reports where id <= (select upto_id from report_summaries) group by 1, 2
         )
         select node_id, at, coalesce(s.cpu_n, 0) as summed, coalesce(kept.n, 0) as kept
         from kept full join ${table} s using (node_id, at)
         where coalesce(s.cpu_n, 0) <> coalesce(kept.n, 0) and at > now() - interval '${wholeHistory}'`,
      )
      for (const { node_id, at, summed, kept } of odd)
        found.push(
          `${id}: the ${width} ${new Date(at).toISOString()} of node ${node_id} sums up ${summed} of ${kept} reports`,
        )
    }
    return found
  })
}

/** How many reports this monitor keeps that it should have forgotten. */
export async function overdueReports({ databaseUrl }: Monitor): Promise<number> {
  return await ask(databaseUrl(), async (sql) => {
    const [row] = await sql<[{ count: number }]>`
      select count(*)::int as count from reports where reported_at < now() - make_interval(days => ${keptDays + 1})`
    return row.count
  })
}

type Sql = Awaited<ReturnType<typeof openDatabase>>['sql']

async function ask<T>(url: string, question: (sql: Sql) => Promise<T>): Promise<T> {
  const database = await openDatabase({ url, logger: quiet, max: 1, rawMax: 1 })
  try {
    return await question(database.sql)
  } finally {
    await database.close()
  }
}
