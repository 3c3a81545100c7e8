import { expect, test } from 'vitest'
import { bucketSeconds } from './buckets.ts'

test.each([
  [86_400_000, 300, 288],
  [86_400_000, 1000, 87],
  [60_000, 1000, 1],
  [0, 10, 1],
])('%i ms in at most %i buckets: %i s each', (span, limit, seconds) => {
  expect(bucketSeconds(span, limit)).toBe(seconds)
  expect(span / 1000 / bucketSeconds(span, limit)).toBeLessThanOrEqual(limit)
})
