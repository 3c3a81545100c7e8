import { backoffMs } from '../../lib/backoff.ts'
import type { ParentError } from './parent-error.ts'

/** When the parent may be tried again. One gate stands before all that a node sends to its parent. */
export interface GateState {
  /** Failures in a row. */
  attempt: number
  /** Counts the back-offs: tells a request that began before this one from one that began in it. */
  era: number
  sinceMs: number
  lengthMs: number
  /** Whether a new live report may still break this back-off, once. */
  early: 'allowed' | 'used' | 'forbidden'
}

export interface GateLimits {
  minMs: number
  maxMs: number
  /** The longest back-off while the parent cannot be reached at all: how late a healed network is noticed. */
  unreachableMaxMs: number
  /** The back-off after a refused key. */
  unauthorisedMs: number
}

export const openGate: GateState = { attempt: 0, era: 0, sinceMs: 0, lengthMs: 0, early: 'allowed' }

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
 * The gate after a failed try that began in `era`. A failed early try does not lengthen the back-off it broke, and a request
 * that was under way before this back-off says nothing new; a Retry-After and a refused key always count.
 */
export function gateAfterFailure(
  gate: GateState,
  error: Pick<ParentError, 'kind' | 'retryAfterMs' | 'unreachable'>,
  at: { now: number; era: number; random: () => number },
  limits: GateLimits,
): GateState {
  const { now, era, random } = at
  const shut = (lengthMs: number, early: GateState['early']): GateState => ({
    attempt: gate.attempt + 1,
    era: gate.era + 1,
    sinceMs: now,
    lengthMs,
    early,
  })
  if (error.retryAfterMs !== null) return shut(error.retryAfterMs + Math.round(random() * limits.minMs), 'forbidden')
  if (error.kind === 'unauthorised') return shut(Math.round(limits.unauthorisedMs * (0.5 + random() / 2)), 'forbidden')
  if (era < gate.era || gateWaitMs(gate, now, false) > 0) return gate
  const maxMs = error.unreachable ? limits.unreachableMaxMs : limits.maxMs
  return shut(backoffMs({ ...limits, maxMs, attempt: gate.attempt + 1, random }), 'allowed')
}

/** The gate after a try that began in `era` succeeded: open, unless the parent has asked since then to be left alone. */
export function gateAfterSuccess(gate: GateState, era: number): GateState {
  return era < gate.era && gate.early === 'forbidden' ? gate : { ...openGate, era: gate.era }
}

export interface Gate {
  waitMs(early: boolean): number
  /** Call when a try begins; hand the era it returns to `failed` or `succeeded`. */
  begin(): number
  failed(error: ParentError, era: number): void
  succeeded(era: number): void
  /** When the back-off ends, in ms of the clock; null when the gate is open. */
  shutUntil(): number | null
}

/** `onBack` is told when the parent answers after it did not. */
export function createGate(
  options: { clock: () => number; random: () => number; onBack?: () => void } & Partial<GateLimits>,
): Gate {
  const { clock, random, onBack } = options
  const limits: GateLimits = {
    minMs: options.minMs ?? 1000,
    maxMs: options.maxMs ?? 60_000,
    unreachableMaxMs: options.unreachableMaxMs ?? 8_000,
    unauthorisedMs: options.unauthorisedMs ?? 300_000,
  }
  let gate = openGate
  return {
    waitMs: (early) => gateWaitMs(gate, clock(), early),
    begin() {
      gate = gateBegin(gate, clock())
      return gate.era
    },
    failed(error, era) {
      gate = gateAfterFailure(gate, error, { now: clock(), era, random }, limits)
    },
    succeeded(era) {
      const wasFailing = gate.attempt > 0
      gate = gateAfterSuccess(gate, era)
      if (wasFailing && gate.attempt === 0) onBack?.()
    },
    shutUntil: () => (gateWaitMs(gate, clock(), false) > 0 ? gate.sinceMs + gate.lengthMs : null),
  }
}
