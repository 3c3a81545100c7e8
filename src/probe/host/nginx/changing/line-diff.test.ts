import { expect, test } from 'vitest'
import { lineDiff } from './line-diff.ts'

const names = { before: 'a', after: 'b' }
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index + 1}`)

test('equal texts have no difference', () => {
  expect(lineDiff('a\nb\n', 'a\nb\n', names)).toBe('')
})

test('a changed line stands between three lines of context', () => {
  const before = numbered(20)
  const after = before.with(9, 'other')
  expect(lineDiff(before.join('\n'), after.join('\n'), names)).toBe(
    '--- a\n+++ b\n@@ -7,7 +7,7 @@\n line 7\n line 8\n line 9\n-line 10\n+other\n line 11\n line 12\n line 13\n',
  )
})

test('changes far apart are two hunks with their own line numbers', () => {
  const before = numbered(40)
  const after = before.toSpliced(30, 1).toSpliced(2, 0, 'new')
  const diff = lineDiff(before.join('\n'), after.join('\n'), names)
  expect(diff).toContain('@@ -1,5 +1,6 @@')
  expect(diff).toContain('@@ -28,7 +29,6 @@')
})

test('very large differences are shown as replaced and take no longer', () => {
  const diff = lineDiff(
    numbered(5_000).join('\n'),
    numbered(5_000)
      .map((line) => `${line}!`)
      .join('\n'),
    names,
  )
  expect(diff.split('\n').filter((line) => line.startsWith('+line'))).toHaveLength(5_000)
})
