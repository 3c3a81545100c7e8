import { z } from 'zod'

/** A certificate that was issued here and is renewed by itself. */
export const Renewal = z.object({
  domain: z.string(),
  names: z.array(z.string()),
  email: z.string(),
  challenge: z.enum(['http-01', 'dns-01']),
  directory_url: z.string().nullable(),
  not_before_ms: z.number(),
  not_after_ms: z.number(),
  last_tried_ms: z.number().nullable(),
  /** Failures in a row since the last success. */
  failures: z.number().int(),
})
export type Renewal = z.infer<typeof Renewal>

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/**
 * Whether a certificate is to be renewed now: 30 days before its end, or after two thirds of a shorter life. After a
 * failure an hour later, then two, four, up to a day: authorities limit failed orders.
 */
export function renewDue(renewal: Renewal, nowMs: number, beforeDays = 30): 'due' | 'not-yet' | 'after-failure' {
  const lifeMs = renewal.not_after_ms - renewal.not_before_ms
  const leadMs = Math.min(beforeDays * DAY_MS, lifeMs / 3)
  if (nowMs < renewal.not_after_ms - leadMs) return 'not-yet'
  const pauseMs = Math.min(HOUR_MS * 2 ** (renewal.failures - 1), DAY_MS)
  const paused = renewal.failures > 0 && renewal.last_tried_ms !== null && nowMs < renewal.last_tried_ms + pauseMs
  return paused ? 'after-failure' : 'due'
}
