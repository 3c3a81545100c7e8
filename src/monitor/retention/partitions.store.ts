import { setTimeout as sleep } from 'node:timers/promises'
import type { TransactionSql } from 'postgres'
import { errorCode } from '../../db/error-code.ts'
import type { Sql } from '../../db/open.ts'
import { dailyTables, type DailyTable, type Partition } from './partitions.ts'

type Types = { bigint: number }

/** Whoever changes the partitions waits for the other processes that do. */
const partitionsLock = 4_839_201_801
/** A change of the table waits behind running queries, and new ones behind it: it gives up soon and comes back. */
const lockTimeoutMs = 200
const pauseMs = 300
const maxAttempts = 6
const passing = new Set(['55P03', '40P01'])

/**
 * Makes a day's partition. Rows of that day that the default partition had to take go into it. `busy`: the table was in
 * use all the time; the default partition goes on taking the day's rows until the next try.
 */
export async function createPartition(
  sql: Sql,
  { table, name, from, to }: Partition,
): Promise<'made' | 'there' | 'busy'> {
  const column = dailyTables[table]
  const done = await whenFree(() =>
    sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${partitionsLock})`
      if (await exists(tx, name)) return 'there' as const
      await tx`create table ${tx(name)} (like ${tx(table)} including all)`
      const moveRows = () => tx`
        with moved as (delete from ${tx(`${table}_default`)} where ${tx(column)} >= ${from} and ${tx(column)} < ${to} returning *)
        insert into ${tx(name)} select * from moved`
      // The bulk, while reports go on coming in; then, with the door shut, the few that came meanwhile. The whole table
      // is locked: an insert that had already chosen the default partition would fail when the day is taken from it.
      await moveRows()
      await tx.unsafe(`set local lock_timeout = ${lockTimeoutMs}`)
      await tx`lock table ${tx(table)} in access exclusive mode`
      await moveRows()
      const [first, last] = [from.toISOString(), to.toISOString()]
      await tx.unsafe(`alter table ${table} attach partition ${name} for values from ('${first}') to ('${last}')`)
      return 'made' as const
    }),
  )
  return done ?? 'busy'
}

/** Drops a day, and gives its space back. False when the table was in use all the time. */
export async function dropPartition(sql: Sql, name: string): Promise<boolean> {
  const dropped = await whenFree(() =>
    sql.begin(async (tx) => {
      await tx.unsafe(`set local lock_timeout = ${lockTimeoutMs}`)
      await tx`drop table if exists ${tx(name)}`
      return true
    }),
  )
  return dropped ?? false
}

/** Names of the tables that hold the rows of a table, the default one too. */
export async function partitionNames(sql: Sql, table: DailyTable): Promise<string[]> {
  const rows = await sql<Array<{ name: string }>>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${table}::regclass order by c.relname`
  return rows.map((row) => row.name)
}

async function exists(tx: TransactionSql<Types>, name: string): Promise<boolean> {
  const [row] = await tx<Array<{ oid: string | null }>>`select to_regclass(${name})::text as oid`
  return row?.oid !== null && row?.oid !== undefined
}

/** Repeats what found the table in use; undefined when it was in use every time. */
async function whenFree<T>(change: () => Promise<T>): Promise<T | undefined> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    try {
      return await change()
    } catch (error) {
      if (!passing.has(errorCode(error) ?? '')) throw error
      await sleep(pauseMs)
    }
  }
  return undefined
}
