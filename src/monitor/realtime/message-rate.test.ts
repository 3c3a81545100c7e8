import { expect, test } from 'vitest'
import { createMessageRate } from './message-rate.ts'

const hour = 3_600_000

test.each([
  ['as many as are allowed at once', [0, 0, 0], true],
  ['one more in the same second', [0, 300, 600, 999], false],
  ['one more a second after the first', [0, 300, 600, 1_000], true],
  ['a burst across two seconds', [900, 950, 1_050, 1_100], false],
  ['one a second for ever', [0, 1_000, 2_000, 3_000, 4_000, 5_000], true],
  ['a clock that was set back', [hour, hour + 1, hour + 2, 0], true],
])('three a second: %s', (_, times, allowed) => {
  let now = 0
  const rate = createMessageRate({ maxPerSecond: 3, clock: () => now })
  const answers = times.map((at) => {
    now = at
    return rate.allows()
  })
  expect(answers.at(-1)).toBe(allowed)
  expect(answers.slice(0, -1)).not.toContain(false)
})
