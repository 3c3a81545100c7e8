import { expect, test } from 'vitest'
import { formatDuration, parseDurationMs } from './duration.ts'

test.each([
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  [' 0s ', 0],
])('%s is %d ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms))

test.each(['', '7', 'd', '-1d', '1.5h', '7 d', '1w', '7d7d', '999999999d', '2026-01-01'])('"%s" is no duration', (text) =>
  expect(parseDurationMs(text)).toBeNull(),
)

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
