import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { migrationsFolder, readMigrations } from '../../src/db/migrations.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { createTestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'

const first = 'create table one (id int);\n--> statement-breakpoint\ninsert into one values (1);'
const second = 'insert into one values (2);'

function folderOf(steps: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-migrate-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'meta'))
  const entries = steps.map((text, idx) => {
    writeFileSync(join(folder, `000${idx}_step.sql`), text)
    return { idx, version: '7', when: 1_000 + idx, tag: `000${idx}_step`, breakpoints: true }
  })
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ version: '7', dialect: 'postgresql', entries }))
  return folder
}

async function emptyDatabases(count: number): Promise<Database[]> {
  const created = await createTestDatabase({ empty: true })
  onTestFinished(created.drop)
  const opened = await Promise.all(
    Array.from({ length: count }, () => openDatabase({ url: created.url, logger: quiet, max: 1, rawMax: 1 })),
  )
  onTestFinished(async () => {
    await Promise.all(opened.map((database) => database.close()))
  })
  return opened
}

test("the program's own migrations are in rising order and apply to an empty database", async () => {
  const [database] = await emptyDatabases(1)
  const known = readMigrations(migrationsFolder()).map((step) => step.name)
  expect(await migrate(database!)).toEqual(known)
  expect(await migrate(database!)).toEqual([])
})

/** What a statement takes away from, or asks of, those who do not know of it; `made`: tables that the same step makes. */
function disturbs(statement: string, made: ReadonlySet<string>): boolean {
  const text = statement.replace(/^\s*--.*$/gm, '').trim()
  if (/^(create table|create index|insert)\b/i.test(text)) return false
  if (/^alter table \S+ add column\b/i.test(text)) return /not null/i.test(text) && !/default/i.test(text)
  const [, table = ''] =
    /^(?:create unique index\b.* on|alter table) "(\w+)" (?:using|add constraint)/i.exec(text) ?? []
  return !made.has(table)
}

test('processes of the build before go on over a migrated database: since there are several of them, a step only adds', () => {
  const steps = readMigrations(migrationsFolder()).filter(({ name }) => name >= '0013')
  expect(steps.length).toBeGreaterThan(3)
  for (const { name, statements } of steps) {
    const made = new Set(statements.map((text) => /create table "(\w+)"/i.exec(text)?.[1] ?? ''))
    expect(
      statements.filter((statement) => disturbs(statement, made)),
      name,
    ).toEqual([])
  }
})

test.each([
  ['drop table "nodes"', true],
  ['ALTER TABLE "nodes" DROP COLUMN "name"', true],
  ['ALTER TABLE "nodes" RENAME COLUMN "name" TO "title"', true],
  ['ALTER TABLE "nodes" ALTER COLUMN "name" SET NOT NULL', true],
  ['ALTER TABLE "nodes" ADD COLUMN "more" text NOT NULL', true],
  ['CREATE UNIQUE INDEX "one_name" ON "nodes" USING btree ("name")', true],
  ['ALTER TABLE "nodes" ADD COLUMN "more" text', false],
  [`ALTER TABLE "nodes" ADD COLUMN "more" text DEFAULT '' NOT NULL`, false],
  ['CREATE INDEX "names" ON "nodes" USING btree ("name")', false],
  ['CREATE UNIQUE INDEX "own" ON "made_here" USING btree ("name")', false],
])('%s disturbs those who do not know of it: %s', (statement, expected) => {
  expect(disturbs(statement, new Set(['made_here']))).toBe(expected)
})

test('several processes that start at once apply every step once', async () => {
  const databases = await emptyDatabases(4)
  const folder = folderOf([first, second])
  const taken = await Promise.all(databases.map((database) => migrate(database, folder)))
  expect(taken.flat().toSorted()).toEqual(['0000_step', '0001_step'])
  expect(await databases[0]!.sql`select count(*) as rows from one`).toEqual([{ rows: 2 }])
})

test('a later step is applied to a database that has the earlier ones', async () => {
  const [database] = await emptyDatabases(1)
  expect(await migrate(database!, folderOf([first]))).toEqual(['0000_step'])
  expect(await migrate(database!, folderOf([first, second]))).toEqual(['0001_step'])
})

test('a step that fails leaves nothing behind', async () => {
  const [database] = await emptyDatabases(1)
  await expect(migrate(database!, folderOf([first, 'select 1 / 0;']))).rejects.toThrow('division by zero')
  expect(await database!.sql`select to_regclass('one') as found`).toEqual([{ found: null }])
})

test.each([
  ['of a newer program', [first], /newer Cortex/],
  ['whose steps are not those of the program', ['create table other (id int);', second], /0000_step/],
])('a database %s is refused and stays as it is', async (_, steps, said) => {
  const [database] = await emptyDatabases(1)
  await migrate(database!, folderOf([first, second]))
  await expect(migrate(database!, folderOf(steps))).rejects.toThrow(said)
  expect(await database!.sql`select count(*) as rows from one`).toEqual([{ rows: 2 }])
})
