import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Migration, planMigrations, readMigrations } from './migrations.ts'

const step = (name: string, madeAt: number): Migration => ({ name, madeAt, hash: `hash of ${name}`, statements: [] })
const known = [step('one', 1), step('two', 2), step('three', 3)]
const changed = { madeAt: 1, hash: 'other' }

test.each([
  ['a new database takes every step', known, [], { do: known }],
  ['a step that was taken is not taken again', known, known.slice(0, 2), { do: known.slice(2) }],
  ['a current database needs nothing', known, known, { do: [] }],
  ['a database of a newer program is refused', known.slice(0, 2), known, { refuse: 'newer' }],
  ['a step that was changed after it was taken is refused', known, [changed], { refuse: 'changed', name: 'one' }],
  ['a step slipped in before a taken one is refused', known, [known[0], known[2]], { refuse: 'changed', name: 'two' }],
])('%s', (_, program, applied, plan) => {
  expect(planMigrations(program, applied as Migration[])).toEqual(plan)
})

test('a journal whose order does not rise is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-migrations-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'meta'))
  const entries = [
    { idx: 0, when: 20, tag: '0000_a' },
    { idx: 1, when: 10, tag: '0001_b' },
  ]
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ entries }))
  for (const { tag } of entries) writeFileSync(join(folder, `${tag}.sql`), 'select 1;')
  expect(() => readMigrations(folder)).toThrow('0001_b is dated before')
})
