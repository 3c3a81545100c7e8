import { expect, test } from 'vitest'
import { isHeartbeatSpared } from './heartbeats.ts'

test.each([
  ['no report yet', null, false],
  ['a report just now', 99_999, true],
  ['a report an interval ago', 90_000, false],
  ['a report from the future: the clock was set back', 100_001, false],
])('%s: spared %s', (_name, lastReportAt, expected) => {
  expect(isHeartbeatSpared(100_000, lastReportAt, 10_000)).toBe(expected)
})
