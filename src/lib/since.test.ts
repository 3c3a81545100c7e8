import { expect, test } from 'vitest'
import { parseSince } from './since.ts'

const now = Date.UTC(2026, 0, 8)

test.each([
  ['30m', '2026-01-07T23:30:00.000Z'],
  ['24h', '2026-01-07T00:00:00.000Z'],
  ['7d', '2026-01-01T00:00:00.000Z'],
  ['2026-01-02T08:00:00+08:00', '2026-01-02T00:00:00.000Z'],
  ['2026-01-02', '2026-01-02T00:00:00.000Z'],
])('%s names %s', (text, at) => expect(parseSince(text, now)?.toISOString()).toBe(at))

test.each(['', '7', 'd', '-7d', '7 days', '1e3d', '2026-13-01', 'yesterday', '99999999d'])(
  '%j names no moment',
  (text) => expect(parseSince(text, now)).toBeNull(),
)
