import { expect, test } from 'vitest'
import { type SessionTimes, defaultTerminalLimits as limits, whyEnd, whyNoRoom } from './session-end.ts'

const attached: SessionTimes = {
  createdAtMs: 0,
  lastActivityAtMs: 0,
  detachedSinceMs: null,
  everAttached: true,
  exited: false,
}
const minutes = (n: number): number => n * 60_000

test.each<[string, Partial<SessionTimes>, number, string | null]>([
  ['attached and busy', { lastActivityAtMs: minutes(599) }, minutes(600), null],
  ['attached, an hour without a sign of life', {}, minutes(60), 'idle'],
  ['never attached, within the minute', { everAttached: false, detachedSinceMs: 0 }, 59_999, null],
  ['never attached, after a minute', { everAttached: false, detachedSinceMs: 0 }, 60_000, 'never_attached'],
  ['lost, and nine minutes later', { detachedSinceMs: minutes(5) }, minutes(14), null],
  ['lost, and ten minutes later', { detachedSinceMs: minutes(5) }, minutes(15), 'detached'],
  ['ended, and its output still waits for somebody', { exited: true, detachedSinceMs: minutes(59) }, minutes(61), null],
])('%s', (_name, change, now, reason) => {
  expect(whyEnd({ ...attached, ...change }, now, limits)).toBe(reason)
})

test('one person cannot take all terminals, and all persons not more than the node has', () => {
  const of = (createdBy: string, count: number) => Array.from({ length: count }, () => ({ createdBy }))
  expect(whyNoRoom(of('ann@root', 7), 'ann@root', limits)).toBeNull()
  expect(whyNoRoom(of('ann@root', 8), 'ann@root', limits)).toEqual({ whose: 'person', max: 8 })
  expect(whyNoRoom(of('ann@root', 8), 'ben@root', limits)).toBeNull()
  expect(whyNoRoom(of('ann@root', 32), 'ben@root', limits)).toEqual({ whose: 'node', max: 32 })
})
