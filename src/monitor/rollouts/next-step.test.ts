import { expect, test } from 'vitest'
import type { TargetState } from '../../contract/rollouts.ts'
import { nextStep } from './next-step.ts'

const now = new Date('2026-01-01T00:00:00Z')
const rules = { maxFailures: 0, pauseMs: 0, maxAtOnce: 4, now }
const targets = (...states: Array<[number, TargetState]>) =>
  states.map(([ring, state], at) => ({
    id: at + 1,
    ring,
    state,
    finishedAt: state === 'succeeded' || state === 'failed' ? new Date(now.getTime() - 1000) : null,
  }))

test('the canary goes first and alone; the next ring waits until it is up', () => {
  expect(nextStep(targets([0, 'waiting'], [1, 'waiting'], [1, 'waiting']), rules)).toMatchObject({ ids: [1] })
  expect(nextStep(targets([0, 'installing'], [1, 'waiting']), rules)).toEqual({ do: 'wait', reason: 'installing' })
  expect(nextStep(targets([0, 'succeeded'], [1, 'waiting'], [1, 'waiting']), rules)).toMatchObject({ ids: [2, 3] })
})

test('a failed canary stops everything, what is allowed to fail does not', () => {
  const failed = targets([0, 'failed'], [1, 'waiting'])
  expect(nextStep(failed, rules)).toEqual({ do: 'finish', status: 'failed', reason: 'too-many-failures' })
  expect(nextStep(failed, { ...rules, maxFailures: 1 })).toMatchObject({ do: 'start', ids: [2] })
  expect(nextStep(targets([0, 'failed'], [0, 'installing'], [1, 'waiting']), rules)).toMatchObject({ do: 'wait' })
})

test('between rings there is the pause, within a ring there is none', () => {
  const between = targets([0, 'succeeded'], [1, 'waiting'])
  expect(nextStep(between, { ...rules, pauseMs: 1001 })).toEqual({ do: 'wait', reason: 'pause' })
  expect(nextStep(between, { ...rules, pauseMs: 1000 })).toMatchObject({ do: 'start' })
  const begun = targets([0, 'succeeded'], [1, 'succeeded'], [1, 'waiting'])
  expect(nextStep(begun, { ...rules, pauseMs: 5000 })).toMatchObject({ do: 'start', ids: [3] })
})

test('servers that are offline hold nobody up, but the rollout is not over', () => {
  expect(nextStep(targets([0, 'offline'], [1, 'waiting']), rules)).toMatchObject({ ids: [2] })
  expect(nextStep(targets([0, 'offline'], [1, 'succeeded']), rules)).toEqual({ do: 'wait', reason: 'offline' })
  expect(nextStep(targets([0, 'succeeded']), rules)).toMatchObject({ do: 'finish', status: 'succeeded' })
})

test('no more than so many are worked on at once', () => {
  const wide = targets([0, 'waiting'], [0, 'waiting'], [0, 'installing'])
  expect(nextStep(wide, { ...rules, maxAtOnce: 2 })).toMatchObject({ ids: [1] })
  expect(nextStep(wide, { ...rules, maxAtOnce: 1 })).toEqual({ do: 'wait', reason: 'as-many-as-may' })
})
