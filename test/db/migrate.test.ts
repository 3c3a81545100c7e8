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
