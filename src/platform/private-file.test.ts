import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { keepPrivate } from './private-file.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'private-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
const modes = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]))

function openAndWrite(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  onTestFinished(() => db.close())
  db.exec('pragma journal_mode = wal; create table if not exists t (x text) strict')
  return db
}

test('a new database file and what SQLite writes beside it are for their owner only', () => {
  const folder = newFolder()
  keepPrivate(join(folder, 'a.sqlite'))
  openAndWrite(join(folder, 'a.sqlite'))
  expect(modes(folder)).toEqual({ 'a.sqlite': 0o600, 'a.sqlite-wal': 0o600, 'a.sqlite-shm': 0o600 })
})

test('files that others could read are closed to them, with what is in them kept', () => {
  const folder = newFolder()
  const file = join(folder, 'a.sqlite')
  openAndWrite(file).exec("insert into t values ('kept')")
  writeFileSync(join(folder, 'other'), '')
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)
  keepPrivate(file)
  expect(openAndWrite(file).prepare('select x from t').all()).toMatchObject([{ x: 'kept' }])
  expect(modes(folder)).toEqual({
    'a.sqlite': 0o600,
    'a.sqlite-wal': 0o600,
    'a.sqlite-shm': 0o600,
    other: 0o644,
  })
})
