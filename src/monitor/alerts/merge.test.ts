import { expect, test } from 'vitest'
import { isMoreSevere, isOccurrenceWorthTelling, isStatusAhead } from './merge.ts'

test.each([
  ['acknowledged', 'new', true],
  ['resolved', 'new', true],
  ['resolved', 'acknowledged', true],
  ['new', 'new', false],
  ['new', 'acknowledged', false],
  ['acknowledged', 'resolved', false],
] as const)('%s after %s moves forward: %s', (next, current, ahead) => expect(isStatusAhead(next, current)).toBe(ahead))

test('critical outranks high, and nothing outranks itself', () => {
  expect(isMoreSevere('critical', 'high')).toBe(true)
  expect(isMoreSevere('low', 'medium')).toBe(false)
  expect(isMoreSevere('high', 'high')).toBe(false)
})

test('a thousand occurrences are told ten times', () => {
  const told = Array.from({ length: 1000 }, (_, i) => i + 1).filter(isOccurrenceWorthTelling)
  expect(told).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
})
