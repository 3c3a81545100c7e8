import { expect, test } from 'vitest'
import { spanOf } from './span.ts'

test.each([
  ['', '', 'any'],
  ['24h', '', 'h24'],
  ['2026-11-21T10:00:00.000Z', '', 'custom'],
  ['24h', '2026-11-21T10:00:00.000Z', 'custom'],
  ['', '2026-11-21T10:00:00.000Z', 'custom'],
])('since %j until %j is %s', (since, until, choice) => {
  expect(spanOf(since, until)).toBe(choice)
})
