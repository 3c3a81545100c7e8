import { expect, test } from 'vitest'
import { fromLocalInput, spanOf, toLocalInput } from './span.ts'

test.each([
  ['', '', 'any'],
  ['24h', '', 'h24'],
  ['2026-11-21T10:00:00.000Z', '', 'custom'],
  ['24h', '2026-11-21T10:00:00.000Z', 'custom'],
  ['', '2026-11-21T10:00:00.000Z', 'custom'],
])('since %j until %j is %s', (since, until, choice) => {
  expect(spanOf(since, until)).toBe(choice)
})

test('a time goes through the input of the browser unharmed, to the minute', () => {
  expect(fromLocalInput(toLocalInput('2026-11-21T10:05:00.000Z'))).toBe('2026-11-21T10:05:00.000Z')
})

test('what is no time is no filter', () => {
  expect([fromLocalInput(''), fromLocalInput('soon'), toLocalInput('soon'), toLocalInput('')]).toEqual([
    null,
    null,
    '',
    '',
  ])
})
