import type { Severity } from '../../contract/common.ts'
import type { DeliveryState } from '../../contract/notifications.ts'

/** The last notice about a fault that was put into the outbox for a channel. */
export interface LastNotice {
  kind: 'firing' | 'repeat' | 'resolved'
  severity: Severity
  toldAtMs: number
  /** Whether an earlier notice of the same firing has reached the channel. */
  confirmed: boolean
  /** Null: forgotten long ago. */
  delivery: DeliveryState | null
}

/** What the people who read a channel believe of a fault. */
export type Belief =
  /** Nothing: they were never told, or were told that it is over. */
  | { state: 'quiet' }
  /** A notice is still on its way: what they believe is not known yet. */
  | { state: 'undelivered' }
  /**
   * It fires. `reached` is false when the notice could not be delivered; `stale` when the newest one was not sent; `guessed` when
   * the severity is that of a notice which nobody got, so that a higher one may be known to them already.
   */
  | { state: 'firing'; severity: Severity; toldAtMs: number; reached: boolean; stale: boolean; guessed: boolean }

/** Follows from what became of the last notice: one that was dropped was never told, one that failed was tried. */
export function beliefOf(last: LastNotice | null): Belief {
  if (!last) return { state: 'quiet' }
  const { kind, severity, toldAtMs, confirmed } = last
  const delivery = last.delivery ?? 'sent'
  if (delivery === 'pending' || delivery === 'sending') return { state: 'undelivered' }
  const firing = { state: 'firing' as const, severity, toldAtMs }
  if (kind === 'resolved') {
    return delivery === 'dropped' && confirmed
      ? { ...firing, reached: true, stale: false, guessed: true }
      : { state: 'quiet' }
  }
  if (delivery === 'dropped')
    return confirmed ? { ...firing, reached: true, stale: true, guessed: true } : { state: 'quiet' }
  return { ...firing, reached: confirmed || delivery === 'sent', stale: false, guessed: false }
}
