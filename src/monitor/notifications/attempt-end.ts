import { backoffMs } from '../../lib/backoff.ts'
import type { DeliveryError } from './delivery-error.ts'

export interface RetryLimits {
  maxAttempts: number
  retryMinMs: number
  retryMaxMs: number
}

/** What follows a failed attempt: another one after a while, or none, and why. */
export type AfterFailure = { again: true; waitMs: number } | { again: false; reason: string }

/** Decides about the next attempt. `attempts` counts the one that failed. A pause that the receiver asks for is kept. */
export function afterFailure(
  error: DeliveryError,
  attempts: number,
  limits: RetryLimits,
  random: () => number,
): AfterFailure {
  if (!error.retry) return { again: false, reason: error.reason }
  if (attempts >= limits.maxAttempts) return { again: false, reason: `${error.reason}_too_often` }
  const { retryMinMs: minMs, retryMaxMs: maxMs } = limits
  const waitMs = backoffMs({ attempt: attempts, minMs, maxMs: Math.max(minMs, maxMs), random })
  return { again: true, waitMs: Math.max(waitMs, error.retryAfterMs ?? 0) }
}
