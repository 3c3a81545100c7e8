import type { Sql } from 'postgres'

/** Made from the reports once a minute, whoever asks or does not. */
const madeByTheClock = ['report_hours', 'report_minutes', 'report_summaries']

/**
 * What the database holds, table by table, as one fingerprint each. Taken before and after a request that must change
 * nothing: a difference names the table.
 */
export async function stateOf(sql: Sql): Promise<Record<string, string>> {
  const tables = await sql<Array<{ name: string }>>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`
  const prints = await Promise.all(
    tables
      .filter(({ name }) => !madeByTheClock.includes(name))
      .map(async ({ name }) => {
        const [row] = await sql<Array<{ print: string }>>`
        select count(*) || ' rows, ' || md5(coalesce(string_agg(t::text, E'\n' order by t::text), '')) as print from ${sql.unsafe(name)} t`
        return [name, row?.print ?? ''] as const
      }),
  )
  return Object.fromEntries(prints)
}
