import type { RolloutStatus, TargetState } from '../../../contract/rollouts.ts'
import type { Tone } from '../../ui/badge.tsx'
import { upgradeTexts } from './upgrade.texts.ts'

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

type Key = keyof (typeof upgradeTexts)['zh']

/** Why an upgrade ended, in words; what is not known here as the monitor says it. */
export const endText = (t: (key: Key) => string, reason: string): string =>
  Object.hasOwn(upgradeTexts.zh, reason) ? t(reason as Key) : reason
