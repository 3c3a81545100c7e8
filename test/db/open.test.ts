import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

test('closing twice is closing once', async () => {
  const other = await openDatabase({ url: created.url, logger: quiet, max: 1, rawMax: 1 })
  await Promise.all([other.close(), other.close()])
  await other.close()
})
