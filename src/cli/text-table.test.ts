import { expect, test } from 'vitest'
import { textTable } from './text-table.ts'

test('columns stand below their headings', () => {
  expect(
    textTable(
      ['NAME', 'ROLE'],
      [
        ['administrator', 'admin'],
        ['bo', 'viewer'],
      ],
    ),
  ).toBe('NAME           ROLE\nadministrator  admin\nbo             viewer\n')
  expect(textTable(['NAME', 'ROLE'], [])).toBe('NAME  ROLE\n')
})
