import type { TargetState } from '../../contract/rollouts.ts'

interface Target {
  id: number
  ring: number
  state: TargetState
  finishedAt: Date | null
}

/** What a rollout does now, and why. */
export type NextStep =
  | { do: 'start'; ids: number[]; reason: 'ring' }
  | { do: 'wait'; reason: 'installing' | 'pause' | 'offline' | 'as-many-as-may' }
  | { do: 'finish'; status: 'succeeded' | 'failed'; reason: 'done' | 'too-many-failures' }

/**
 * A ring begins when every earlier one is over and its pause too; servers that are offline hold nobody up. More failures
 * than allowed end the rollout, once what is under way has ended.
 */
export function nextStep(
  targets: readonly Target[],
  rules: { maxFailures: number; pauseMs: number; maxAtOnce: number; now: Date },
): NextStep {
  const inState = (state: TargetState) => targets.filter((target) => target.state === state)
  const installing = inState('installing')
  if (inState('failed').length > rules.maxFailures) {
    return installing.length > 0
      ? { do: 'wait', reason: 'installing' }
      : { do: 'finish', status: 'failed', reason: 'too-many-failures' }
  }
  const waiting = inState('waiting')
  if (waiting.length === 0) {
    if (installing.length > 0) return { do: 'wait', reason: 'installing' }
    if (inState('offline').length > 0) return { do: 'wait', reason: 'offline' }
    return { do: 'finish', status: 'succeeded', reason: 'done' }
  }
  const ring = Math.min(...waiting.map((target) => target.ring))
  if (installing.some((target) => target.ring < ring)) return { do: 'wait', reason: 'installing' }
  const endOfEarlier = Math.max(
    0,
    ...targets.filter((target) => target.ring < ring).map((target) => target.finishedAt?.getTime() ?? 0),
  )
  const isBegun = targets.some(
    (target) => target.ring === ring && target.state !== 'waiting' && target.state !== 'offline',
  )
  if (!isBegun && endOfEarlier + rules.pauseMs > rules.now.getTime()) return { do: 'wait', reason: 'pause' }
  const free = rules.maxAtOnce - installing.length
  if (free <= 0) return { do: 'wait', reason: 'as-many-as-may' }
  const ids = waiting.filter((target) => target.ring === ring).map((target) => target.id)
  return { do: 'start', ids: ids.slice(0, free), reason: 'ring' }
}
