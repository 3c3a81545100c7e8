import { expect, test } from 'vitest'
import type { Judgement } from './flatness.ts'
import { isClean, type Outcome, reportText } from './report.ts'
import { createTally } from './tally.ts'

const heap: Judgement = { kind: 'heap', of: 'root', what: '', from: 60.2, to: 61.7, isFlat: true }
function outcome(more: Partial<Outcome> = {}): Outcome {
  const weather = createTally()
  weather.add('network cut', 2)
  weather.add('disk of a host full', 3)
  return {
    ...{ seed: 7, minutes: 30, weather, churn: createTally(), operators: createTally(), listeners: createTally() },
    ledgers: [{ reports: 10, faults: 4, answers: 3, results: 2, notices: 1 }],
    looks: { done: 180, withoutDatabase: 5 },
    violations: [],
    judgements: [heap],
    ...more,
  }
}

test('a clean run says so, with what was done to it and what it kept', () => {
  expect(isClean(outcome())).toBe(true)
  const text = reportText(outcome())
  expect(text).toContain('Soak: 30.0 minutes, seed 7: CLEAN')
  expect(text).toMatch(/faults +5 in all, disk of a host full 3, network cut 2\n/)
  expect(text).toMatch(/acknowledged +reports 10, faults 4, answers 3, results 2, notices 1\n/)
  expect(text).toMatch(/root +60 → 62 +too few/)
  expect(text).not.toContain('GROWS')
})

test('what was broken, and what grows, is told', () => {
  const violations = ['root: a report is kept 2 times']
  expect(isClean(outcome({ violations }))).toBe(false)
  expect(reportText(outcome({ violations }))).toContain(`violations    1\n  ${violations[0]}`)
  const judgements = [{ ...heap, to: 80, isFlat: false }]
  expect(isClean(outcome({ judgements }))).toBe(false)
  expect(reportText(outcome({ judgements }))).toMatch(/NOT CLEAN[^]*root +60 → 80 GROWS/)
})

test('a page has no lines that are cut off', () => {
  const weather = createTally()
  for (let at = 0; at < 40; at++) weather.add(`fault number ${at}`)
  expect(
    Math.max(
      ...reportText(outcome({ weather }))
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThan(130)
})
