import { expect, test } from 'vitest'
import { formatDuration } from './duration.ts'

test.each([
  [-5, '0 ms'],
  [419.6, '420 ms'],
  [3_240, '3.2 s'],
  [59_960, '1m'],
  [60_000, '1m'],
  [250_000, '4m 10s'],
  [3_600_000, '1h'],
  [183_600_000, '2d 3h'],
])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
