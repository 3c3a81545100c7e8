import { expect, test } from 'vitest'
import { doneOf, readRings } from './rollout-view.ts'

test.each([
  ['1, 5', [1, 5]],
  ['3', [3]],
  ['1，2 3', [1, 2, 3]],
  ['', []],
  ['0', null],
  ['1, x', null],
  ['10001', null],
  ['1 1 1 1 1 1 1 1 1 1 1', null],
])('rings %j are %j', (text, rings) => {
  expect(readRings(text)).toEqual(rings)
})

test('what failed or was cancelled is through too', () => {
  expect(doneOf({ succeeded: 2, failed: 1, cancelled: 1, waiting: 3, offline: 1, installing: 1 })).toEqual({
    done: 4,
    total: 9,
  })
})
