import { expect, test } from 'vitest'
import { afterFailure } from './attempt-end.ts'
import { DeliveryError } from './delivery-error.ts'

const limits = { maxAttempts: 5, retryMinMs: 1_000, retryMaxMs: 60_000 }
const passing = (retryAfterMs?: number) => new DeliveryError('timeout', 'late', { retry: true, retryAfterMs })

test.each([
  [1, 2_000],
  [2, 4_000],
  [4, 16_000],
])('after attempt %i the wait is at most %i ms, and at least the shortest', (attempts, mostMs) => {
  expect(afterFailure(passing(), attempts, limits, () => 1)).toEqual({ again: true, waitMs: mostMs })
  expect(afterFailure(passing(), attempts, limits, () => 0)).toEqual({ again: true, waitMs: 1_000 })
})

test('the wait does not grow beyond its bound, unless the receiver asks for more', () => {
  const many = { ...limits, maxAttempts: 50 }
  expect(afterFailure(passing(), 40, many, () => 1)).toEqual({ again: true, waitMs: 60_000 })
  expect(afterFailure(passing(90_000), 1, many, () => 1)).toEqual({ again: true, waitMs: 90_000 })
})

test('the last attempt is the last, and what cannot succeed is tried once', () => {
  expect(afterFailure(passing(), 5, limits, () => 1)).toEqual({ again: false, reason: 'timeout_too_often' })
  const final = new DeliveryError('login_failed', 'wrong password', { retry: false })
  expect(afterFailure(final, 1, limits, () => 1)).toEqual({ again: false, reason: 'login_failed' })
})
