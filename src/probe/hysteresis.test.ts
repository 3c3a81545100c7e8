import { expect, test } from 'vitest'
import type { IssueLevel } from '../contract/common.ts'
import { calm, step } from './hysteresis.ts'

const rules = { badSamples: 3, goodSamples: 2 }

test.each<[string, (IssueLevel | null)[], (IssueLevel | null)[]]>([
  ['appears after three bad samples', ['L2', 'L2', 'L2'], [null, null, 'L2']],
  ['goes after two good ones', ['L2', 'L2', 'L2', null, null], [null, null, 'L2', 'L2', null]],
  [
    'flapping never appears',
    ['L2', null, 'L2', 'L2', null, 'L2', 'L2', null],
    [null, null, null, null, null, null, null, null],
  ],
  [
    'flapping never goes once it is there',
    ['L2', 'L2', 'L2', null, 'L2', null, 'L2'],
    [null, null, 'L2', 'L2', 'L2', 'L2', 'L2'],
  ],
  ['appears with the mildest level that all samples share', ['L3', 'L1', 'L3'], [null, null, 'L1']],
  ['one worse sample does not raise the level', ['L1', 'L1', 'L1', 'L3', 'L1'], [null, null, 'L1', 'L1', 'L1']],
  ['three worse ones do', ['L1', 'L1', 'L1', 'L3', 'L3', 'L3'], [null, null, 'L1', 'L1', 'L1', 'L3']],
  ['gets better only as far as both good samples say', ['L3', 'L3', 'L3', null, 'L1'], [null, null, 'L3', 'L3', 'L1']],
])('%s', (_name, seen, shown) => {
  let streak = calm
  expect(
    seen.map((level) => {
      streak = step(streak, level, rules)
      return streak.raised
    }),
  ).toEqual(shown)
})
