import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'
import { until } from '../support/until.ts'

let empty: TestDatabase
let database: Database
let killer: Database
beforeAll(async () => {
  empty = await createTestDatabase({ empty: true })
  database = await openDatabase({ url: empty.url, logger: quiet, max: 1, rawMax: 1 })
  killer = await openDatabase({ url: empty.url, logger: quiet, max: 1, rawMax: 1 })
  await killer.sql`create table kept (n int)`
})
afterAll(async () => {
  await database?.close()
  await killer?.close()
  await empty?.drop()
})

/** The server ends that connection, and its process is gone. */
async function end(pid: number): Promise<void> {
  await killer.sql`select pg_terminate_backend(${pid})`
  await until('it is gone', async () => {
    const [row] = await killer.sql<Array<{ count: number }>>`select count(*) from pg_stat_activity where pid = ${pid}`
    return row?.count === 0
  })
}

// An error outside of every promise would end the process: vitest fails on it too.
test.each(['while it works on something else', 'while it asks'] as const)(
  'a transaction whose connection is lost %s fails, writes nothing more, and the next one works',
  async (when) => {
    const left = Promise.withResolvers<void>()
    const transaction = database.db.transaction(async (tx) => {
      const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      await tx.execute(sql`insert into kept values (1)`)
      const ended = end(row?.pid ?? 0)
      if (when === 'while it asks') await tx.execute(sql`select pg_sleep(60)`)
      await ended
      await expectLost(async () => await tx.execute(sql`insert into kept values (2)`))
      left.resolve()
      throw new Error('what the work makes of it')
    })
    await expect(transaction).rejects.toThrow()
    if (when === 'while it works on something else') await left.promise
    await until('it works again', async () => {
      await database.db.transaction(async (tx) => tx.execute(sql`insert into kept values (3)`))
      return true
    })
    expect(await killer.sql`select n from kept order by n`).toEqual([{ n: 3 }])
    await killer.sql`truncate kept`
  },
)

test('so does a transaction by hand', async () => {
  const transaction = database.sql.begin(async (tx) => {
    const [row] = await tx<Array<{ pid: number }>>`select pg_backend_pid() as pid`
    await tx`insert into kept values (1)`
    await end(row?.pid ?? 0)
    return await tx.savepoint((inner) => inner`insert into kept values (2)`)
  })
  await expect(transaction).rejects.toThrow()
  await until('it works again', async () => {
    await database.sql.begin((tx) => tx`insert into kept values (3)`)
    return true
  })
  expect(await killer.sql`select n from kept order by n`).toEqual([{ n: 3 }])
})

async function expectLost(work: () => Promise<unknown>): Promise<void> {
  await expect(work()).rejects.toThrow()
}
