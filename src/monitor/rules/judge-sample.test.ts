import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bounds, judgeSample, type Judgement, type RuleState } from './judge-sample.ts'

const cpu: Bounds = { wrongWhen: 'above', threshold: 80, recovery: 76, durationMs: 300_000 }
const days: Bounds = { wrongWhen: 'below', threshold: 30, recovery: 30, durationMs: 0 }
const gapMs = 90_000
const at = (second: number) => 1_000_000 + second * 1000
const pending = (since: number, last: number): RuleState => ({
  phase: 'pending',
  sinceMs: at(since),
  lastAtMs: at(last),
  alertOpen: false,
})
const firing = (alertOpen: boolean): RuleState => ({ phase: 'firing', sinceMs: at(0), lastAtMs: at(300), alertOpen })

test.each<[string, Bounds, RuleState | null, number, number, Judgement['act'], Judgement['reason'], string | null]>([
  ['a good value is nothing', cpu, null, 79.9, 0, null, 'within_threshold', null],
  ['the first bad value begins the time', cpu, null, 80, 0, null, 'breach_began', 'pending'],
  ['a bad value within the time waits', cpu, pending(0, 240), 95, 299, null, 'still_counting', 'pending'],
  ['a bad value at the end of the time raises', cpu, pending(0, 270), 95, 300, 'raise', 'held_long_enough', 'firing'],
  ['a good value ends the waiting', cpu, pending(0, 270), 79, 280, null, 'within_threshold', null],
  ['a gap begins the time anew', cpu, pending(0, 200), 95, 301, null, 'samples_missing', 'pending'],
  ['a clock set back begins the time anew', cpu, pending(100, 200), 95, 150, null, 'samples_missing', 'pending'],
  ['what fires and is bad is counted', cpu, firing(true), 99, 310, 'raise', 'still_breached', 'firing'],
  ['a gap does not end what fires', cpu, firing(true), 99, 9_000, 'raise', 'still_breached', 'firing'],
  ['between the bounds an alert stays', cpu, firing(true), 77, 310, null, 'not_recovered', 'firing'],
  ['at the point of recovery it stays', cpu, firing(true), 76, 310, null, 'not_recovered', 'firing'],
  ['below the point of recovery it ends', cpu, firing(true), 75.9, 310, 'end', 'recovered', null],
  ['closed by hand and still bad: as long again', cpu, firing(false), 99, 310, null, 'closed_by_hand', 'pending'],
  ['closed by hand and good: nothing', cpu, firing(false), 77, 310, null, 'within_threshold', null],
  ['without a duration one bad value raises', days, null, 29, 0, 'raise', 'held_long_enough', 'firing'],
  ['where less is wrong, the threshold itself is good', days, null, 30, 0, null, 'within_threshold', null],
  ['where less is wrong, the threshold ends it', days, firing(true), 30, 310, 'end', 'recovered', null],
])('%s', (_guarantee, bounds, state, value, second, act, reason, phase) => {
  const judged = judgeSample(bounds, state, { value, atMs: at(second) }, gapMs)
  expect([judged.act, judged.reason, judged.state?.phase ?? null]).toEqual([act, reason, phase])
})

test('what does not change needs no writing', () => {
  const state = firing(true)
  expect(judgeSample(cpu, state, { value: 99, atMs: at(400) }, gapMs).state).toBe(state)
})

test('a value that swings between the two bounds opens one alert, and ends none', () => {
  let state: RuleState | null = firing(true)
  const acts = [85, 77, 84, 78, 80, 76].map((value, second) => {
    const judged = judgeSample(cpu, state, { value, atMs: at(310 + second) }, gapMs)
    state = judged.state && { ...judged.state, alertOpen: true }
    return judged.act
  })
  expect(acts).not.toContain('end')
  expect(state?.phase).toBe('firing')
})

test('nothing is ever raised unless every sample of the whole duration was bad, with no gap between', () => {
  const steps = fc.array(
    fc.record({ value: fc.integer({ min: 60, max: 100 }), afterS: fc.integer({ min: 1, max: 150 }) }),
    {
      maxLength: 60,
    },
  )
  fc.assert(
    fc.property(steps, (samples) => {
      let state: RuleState | null = null
      let second = 0
      let badSince: number | null = null
      for (const { value, afterS } of samples) {
        second += afterS
        const missed = afterS * 1000 > gapMs
        badSince = value < cpu.threshold ? null : badSince === null || missed ? second : badSince
        const wasFiring: boolean = state?.phase === 'firing'
        const judged = judgeSample(cpu, state, { value, atMs: at(second) }, gapMs)
        if (judged.act === 'raise' && !wasFiring) {
          if (badSince === null || (second - badSince) * 1000 < cpu.durationMs) return false
        }
        if (judged.act === 'end' && value >= cpu.recovery) return false
        state = judged.state && { ...judged.state, alertOpen: true }
        if (state?.phase === 'firing') badSince = null
      }
      return true
    }),
  )
})
