import type { RolloutStatus, TargetState } from '../../../contract/rollouts.ts'
import type { Tone } from '../../ui/badge.tsx'

export const rolloutTones: Record<RolloutStatus | TargetState, Tone> = {
  running: 'accent',
  installing: 'accent',
  waiting: 'plain',
  offline: 'warn',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'warn',
}

/** How many of all servers are through, whatever came of them. */
export function doneOf(counts: Readonly<Partial<Record<TargetState, number>>>): { done: number; total: number } {
  const of = (...states: TargetState[]) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
  const done = of('succeeded', 'failed', 'cancelled')
  return { done, total: done + of('waiting', 'offline', 'installing') }
}

/** `1, 5` as sizes of rings; null when it is none. Empty: one ring for all. */
export function readRings(text: string): number[] | null {
  const parts = text.split(/[\s,，]+/).filter((part) => part !== '')
  const sizes = parts.map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : 0))
  return sizes.length <= 10 && sizes.every((size) => size >= 1 && size <= 10_000) ? sizes : null
}
