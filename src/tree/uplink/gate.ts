import { backoffMs } from '../../lib/backoff.ts'
import type { ParentError } from './parent-error.ts'

/** When the parent may be tried again. One gate stands before all that a node sends to its parent. */
export interface GateState {
  /** Failures in a row. */
  attempt: number
  sinceMs: number
  lengthMs: number
  /** Whether a new live report may still break this back-off, once. */
  early: 'allowed' | 'used' | 'forbidden'
}

export interface GateLimits {
  minMs: number
  maxMs: number
  /** The back-off after a refused key. */
  unauthorisedMs: number
}

export const openGate: GateState = { attempt: 0, sinceMs: 0, lengthMs: 0, early: 'allowed' }

/** How long to wait, 0 = now. A clock that was set back never keeps the gate shut. */
export function gateWaitMs(gate: GateState, now: number, early: boolean): number {
  const passedMs = now - gate.sinceMs
  if (passedMs < 0 || passedMs >= gate.lengthMs) return 0
  return early && gate.early === 'allowed' ? 0 : gate.lengthMs - passedMs
}

/** The gate as it is when a try begins: an early one uses up the allowance of this back-off. */
export function gateBegin(gate: GateState, now: number): GateState {
  return gateWaitMs(gate, now, false) > 0 ? { ...gate, early: 'used' } : gate
}

/**
 * The gate after a failed try that began at `startedAt`. A failed early try does not lengthen the back-off it broke, and a
 * request that was under way before this back-off says nothing new; a Retry-After and a refused key always count.
 */
export function gateAfterFailure(
  gate: GateState,
  error: Pick<ParentError, 'kind' | 'retryAfterMs'>,
  at: { now: number; startedAt: number; random: () => number },
  limits: GateLimits,
): GateState {
  const { now, startedAt, random } = at
  const shut = (lengthMs: number, early: GateState['early']): GateState => ({
    attempt: gate.attempt + 1,
    sinceMs: now,
    lengthMs,
    early,
  })
  if (error.retryAfterMs !== null) return shut(error.retryAfterMs + Math.round(random() * limits.minMs), 'forbidden')
  if (error.kind === 'unauthorised') return shut(Math.round(limits.unauthorisedMs * (0.5 + random() / 2)), 'forbidden')
  if (startedAt < gate.sinceMs || gateWaitMs(gate, now, false) > 0) return gate
  return shut(backoffMs({ ...limits, attempt: gate.attempt + 1, random }), 'allowed')
}

export interface Gate {
  waitMs(early: boolean): number
  /** Call when a try begins; hand what it returns to `failed`. */
  begin(): number
  failed(error: ParentError, startedAt: number): void
  succeeded(): void
  /** When the back-off ends, in ms of the clock; null when the gate is open. */
  shutUntil(): number | null
}

export function createGate(options: { clock: () => number; random: () => number } & Partial<GateLimits>): Gate {
  const { clock, random } = options
  const limits: GateLimits = {
    minMs: options.minMs ?? 1000,
    maxMs: options.maxMs ?? 60_000,
    unauthorisedMs: options.unauthorisedMs ?? 300_000,
  }
  let gate = openGate
  return {
    waitMs: (early) => gateWaitMs(gate, clock(), early),
    begin() {
      const now = clock()
      gate = gateBegin(gate, now)
      return now
    },
    failed(error, startedAt) {
      gate = gateAfterFailure(gate, error, { now: clock(), startedAt, random }, limits)
    },
    succeeded() {
      gate = openGate
    },
    shutUntil: () => (gateWaitMs(gate, clock(), false) > 0 ? gate.sinceMs + gate.lengthMs : null),
  }
}
