import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { withDatabase } from '../../src/db/connection-url.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { jsonb, pgTable, timestamp } from 'drizzle-orm/pg-core'
import { sql as text } from 'drizzle-orm'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { freePort } from '../../src/db/embedded/free-port.ts'
import { quiet } from '../support/quiet-logger.ts'

const things = pgTable('things', {
  body: jsonb().notNull(),
  at: timestamp({ withTimezone: true, mode: 'date' }).notNull(),
})
const at = new Date('2026-11-21T10:00:00.123Z')

let created: TestDatabase
let database: Database

beforeAll(async () => {
  created = await createTestDatabase({ empty: true })
  database = await openDatabase({ url: created.url, logger: quiet })
  await database.sql`create table things (body jsonb not null, at timestamptz not null)`
})

afterAll(async () => {
  await database?.close()
  await created?.drop()
})

describe('what goes in comes out', () => {
  test('an object in jsonb is an object, by either client, never a string in it', async () => {
    await database.sql`truncate things`
    await database.sql`insert into things values (${database.sql.json({ by: 'json' })}, ${at})`
    await database.db.insert(things).values({ body: { by: 'drizzle' }, at })
    const rows = await database.sql`select jsonb_typeof(body) as kind, body, at from things order by body->>'by'`
    expect(rows.map((row) => row.kind)).toEqual(['object', 'object'])
    expect(rows.map((row) => row.body)).toEqual([{ by: 'drizzle' }, { by: 'json' }])
    expect(rows.map((row) => row.at)).toEqual([at, at])
    expect(
      await database.db
        .select()
        .from(things)
        .orderBy(text`body->>'by'`),
    ).toEqual([
      { body: { by: 'drizzle' }, at },
      { body: { by: 'json' }, at },
    ])
  })

  test('bigint and count(*) are numbers, by either client', async () => {
    const query = 'select 4102444800000::int8 as big, count(*) as rows from generate_series(1, 3)'
    expect([...(await database.sql.unsafe(query))]).toEqual([{ big: 4_102_444_800_000, rows: 3 }])
    expect([...(await database.db.execute(query))]).toEqual([{ big: 4_102_444_800_000, rows: 3 }])
  })

  test('arrays are arrays, by any client', async () => {
    const lists = { texts: ['a b', '"', 'ü,{}'], numbers: [1, 4_102_444_800_000], times: [at] }
    const fork = database.fork(1)
    for (const sql of [database.sql, fork]) {
      const rows = await sql`
        select ${lists.texts}::text[] as texts, ${lists.numbers}::int8[] as numbers, array[${at}::timestamptz] as times`
      expect([...rows]).toEqual([lists])
    }
    await fork.end()
    const [row] = await database.db.execute(text`select array['a b', '"'] as texts, array[1::int8] as numbers`)
    expect(row).toEqual({ texts: ['a b', '"'], numbers: [1] })
  })

  test('LISTEN hears what another session says', async () => {
    const heard = Promise.withResolvers<string>()
    const { unlisten } = await database.sql.listen('news', heard.resolve)
    await database.sql.notify('news', '7')
    expect(await heard.promise).toBe('7')
    await unlisten()
  })
})

describe('a database that cannot be opened', () => {
  const open = async (url: string, openTimeoutMs = 5_000): Promise<unknown> =>
    openDatabase({ url, logger: quiet, openTimeoutMs }).then(
      (opened) => opened.close(),
      (error: Error) => error.message + ('text' in error ? JSON.stringify(error.text) : ''),
    )

  test('is named when it does not exist', async () => {
    expect(await open(withDatabase(created.url, 'no_such_database'))).toContain('does not exist')
  })

  test('says that the password is wrong, and does not print it', async () => {
    const url = new URL(created.url)
    url.password = 'not-the-password'
    const said = await open(url.href)
    if (process.env.DATABASE_URL && said === undefined) return // a server that trusts its host asks for none
    expect(said).toContain('password')
    expect(said).not.toContain('not-the-password')
  })

  test('says that the host is unknown', async () => {
    expect(await open('postgres://u:p@no-such-host.invalid:5432/x', 200)).toMatch(/unknown|EAI_AGAIN/)
  })

  test('is waited for no longer than asked when nobody listens', async () => {
    expect(await open(`postgres://u:p@127.0.0.1:${await freePort()}/x`, 300)).toContain('no PostgreSQL listens')
  })

  test('says that the URL is not one', async () => {
    expect(await open('not a url')).toContain('not a valid address')
  })
})

test('a new connection of an open database is asked nothing of its own: lost meanwhile, that would end the process', async () => {
  const { hostname, port } = new URL(created.url)
  let asked = 0
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname)
    client.on('data', (piece) => (asked += piece.includes('pg_type') ? 1 : 0))
    for (const socket of [client, server]) socket.on('error', () => socket.destroy())
    client.pipe(server).pipe(client)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void proxy.close())
  const behind = new URL(created.url)
  behind.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const other = await openDatabase({ url: behind.href, logger: quiet, max: 2, rawMax: 2 })
  onTestFinished(() => other.close())
  const before = asked
  await other.db.execute('select 1')
  await Promise.all([other.sql`select pg_sleep(0.01)`, other.sql`select pg_sleep(0.01)`])
  const fork = other.fork(1)
  await fork`select 1`
  await fork.end()
  expect([before, asked]).toEqual([1, 1])
})

test('closing twice is closing once', async () => {
  const other = await openDatabase({ url: created.url, logger: quiet, max: 1, rawMax: 1 })
  await Promise.all([other.close(), other.close()])
  await other.close()
})
