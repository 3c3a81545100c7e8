import { expect, test } from 'vitest'
import { type ThinCandidate, thin } from './thinning.ts'

const fresh = (...ids: number[]): ThinCandidate[] => ids.map((id) => ({ id, bytes: 10, thinned: false }))
const thinned = (...ids: number[]): ThinCandidate[] => ids.map((id) => ({ id, bytes: 10, thinned: true }))

test.each([
  ['every second one goes first, oldest first', fresh(1, 2, 3, 4, 5, 6), 20, [1, 3], [2, 4]],
  ['when half is not enough all go, oldest first', fresh(1, 2, 3, 4), 30, [1, 3, 2], [4]],
  ['what was thinned before waits until nothing unthinned is left', [...thinned(1, 2), ...fresh(3, 4)], 10, [3], [4]],
  ['thinned ones go when no pair is left', [...thinned(1, 2), ...fresh(3)], 20, [1, 2], []],
  ['everything goes when it must', fresh(1, 2, 3), 1000, [1, 2, 3], []],
  ['nothing goes when nothing is needed', fresh(1, 2, 3), 0, [], []],
  ['an empty spool frees nothing', [], 50, [], []],
])('%s', (_name, candidates, needBytes, remove, marked) => {
  const result = thin(candidates, needBytes)
  expect(new Set(result.remove)).toEqual(new Set(remove))
  expect(result.markThinned).toEqual(marked)
  expect(result.freedBytes).toBe(remove.length * 10)
})
