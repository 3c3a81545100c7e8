import { expect, test } from 'vitest'
import { fromLocalInput, toLocalInput } from './local-input.ts'

test('a time goes through the input of the browser unharmed, to the minute', () => {
  expect(fromLocalInput(toLocalInput('2026-11-21T10:05:00.000Z'))).toBe('2026-11-21T10:05:00.000Z')
})

test('what is no time is none', () => {
  expect([fromLocalInput(''), fromLocalInput('soon'), toLocalInput('soon'), toLocalInput('')]).toEqual([
    null,
    null,
    '',
    '',
  ])
})
