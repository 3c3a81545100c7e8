import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

const bounds = { minMs: 1000, maxMs: 60_000 }

test.each([
  [1, 0, 1000],
  [1, 1, 2000],
  [2, 1, 4000],
  [3, 0.5, 4500],
  [6, 1, 60_000],
  [5000, 1, 60_000],
  [0, 1, 2000],
])('failure %i with random %d waits %i ms', (attempt, random, expected) => {
  expect(backoffMs({ ...bounds, attempt, random: () => random })).toBe(expected)
})

test('a wait is never outside its bounds', () => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const waitMs = backoffMs({ ...bounds, attempt, random: Math.random })
    expect(waitMs).toBeGreaterThanOrEqual(bounds.minMs)
    expect(waitMs).toBeLessThanOrEqual(bounds.maxMs)
  }
})
