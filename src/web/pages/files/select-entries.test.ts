import { expect, test } from 'vitest'
import type { FileEntry } from '../../../contract/operations/files.ts'
import { selectEntries } from './select-entries.ts'

const entry = (name: string, size: number, type: FileEntry['type'] = 'file'): FileEntry => ({
  name,
  path: `/srv/${name}`,
  type,
  size,
  mode: '0644',
  owner: 'root',
  mtime: `2026-01-0${(size % 9) + 1}T00:00:00Z`,
})
const entries = [entry('b10', 1), entry('b9', 7), entry('.env', 3), entry('www', 0, 'directory'), entry('A', 7)]
const names = (choice: Partial<Parameters<typeof selectEntries>[1]>) =>
  selectEntries(entries, { sort: 'name', hidden: false, q: '', ...choice }).map(({ name }) => name)

test('folders come first, numbers in names count, hidden ones only when asked for', () => {
  expect(names({})).toEqual(['www', 'A', 'b9', 'b10'])
  expect(names({ hidden: true })).toContain('.env')
  expect(names({ sort: '-name' })).toEqual(['www', 'b10', 'b9', 'A'])
})

test('equal sizes are ordered by name, and what is searched for may be anywhere in it', () => {
  expect(names({ sort: '-size' })).toEqual(['www', 'b9', 'A', 'b10'])
  expect(names({ q: 'B1' })).toEqual(['b10'])
})
