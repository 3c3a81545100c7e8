import { expect, test } from 'vitest'
import { elapsedMs, whyNotRun } from './freshness.ts'

const at = (monotonicMs: number, bootId = 'a') => ({ bootId, monotonicMs })
const approval = { askedAt: at(1000), lifeMs: 900_000, approvedAt: at(5000), validForMs: 300_000 }

test.each([
  ['just approved', at(5000), null],
  ['still fresh', at(304_999), null],
  ['no longer fresh', at(305_000), 'approval_stale'],
  ['after a reboot', at(6000, 'b'), 'rebooted'],
  ['on a clock that went back', at(10), 'rebooted'],
])('an approval: %s', (_name, now, why) => expect(whyNotRun(approval, now)).toBe(why))

test('a fresh approval of a request whose life is over does not run', () => {
  expect(whyNotRun({ ...approval, approvedAt: at(890_000) }, at(901_000))).toBe('request_expired')
})

test('an approval valid for 0 ms never runs', () => {
  expect(whyNotRun({ ...approval, validForMs: 0 }, at(5000))).toBe('approval_stale')
})

test('moments of different boots cannot be compared', () => expect(elapsedMs(at(1), at(2, 'b'))).toBeNull())
