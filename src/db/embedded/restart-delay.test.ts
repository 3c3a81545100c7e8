import { expect, test } from 'vitest'
import { restartDelay } from './restart-delay.ts'

test.each([
  ['the first end is answered at once', 0, 10, { delayMs: 200, endsInARow: 1 }],
  ['a server that keeps ending is given more time', 3, 10, { delayMs: 1_600, endsInARow: 4 }],
  ['the wait never exceeds 30 s', 5_000, 10, { delayMs: 30_000, endsInARow: 5_001 }],
  ['a minute of running makes the next end a first one', 9, 60_000, { delayMs: 200, endsInARow: 1 }],
])('%s', (_, ends, ranMs, expected) => {
  expect(restartDelay(ends, ranMs)).toEqual(expected)
})
