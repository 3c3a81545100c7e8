import { expect, test } from 'vitest'
import { shownSpan } from './shown-span.ts'

const early = '1970-01-01T00:00:01.000Z'
const late = '1970-01-01T00:00:05.000Z'

test.each([
  [undefined, undefined, 7_000, 10_000],
  [early, late, 1_000, 5_000],
  [early, undefined, 1_000, 10_000],
  [undefined, late, 2_000, 5_000],
  [late, early, -2_000, 1_000],
  ['soon', 'later', 7_000, 10_000],
])('from %s to %s is %d to %d', (from, to, begin, end) => {
  expect(shownSpan({ from, to }, { spanMs: 3_000, nowMs: 10_000 })).toEqual([begin, end])
})
