import { expect, test } from 'vitest'
import { type Renewal, renewDue } from './renewal.ts'

const day = 86_400_000
const hour = 3_600_000
const end = 1_000 * day
const renewal = (over: Partial<Renewal> = {}): Renewal => ({
  domain: 'a.test',
  names: ['a.test'],
  email: 'x@a.test',
  challenge: 'http-01',
  directory_url: null,
  not_before_ms: end - 90 * day,
  not_after_ms: end,
  last_tried_ms: null,
  failures: 0,
  ...over,
})
const short = { not_before_ms: end - 6 * day }
const failed = (failures: number, agoMs: number, now: number) => ({ failures, last_tried_ms: now - agoMs })

test.each([
  ['31 days before the end', {}, end - 31 * day, 'not-yet'],
  ['30 days before the end', {}, end - 30 * day, 'due'],
  ['after the end', {}, end + day, 'due'],
  ['a life of six days, three left', short, end - 3 * day, 'not-yet'],
  ['a life of six days, two left', short, end - 2 * day, 'due'],
  ['half an hour after a failure', failed(1, hour / 2, end), end, 'after-failure'],
  ['an hour after a failure', failed(1, hour, end), end, 'due'],
  ['three hours after the third failure', failed(3, 3 * hour, end), end, 'after-failure'],
  ['a day after many failures', failed(50, day, end), end, 'due'],
] as const)('%s: %s', (_, over, now, expected) => {
  expect(renewDue(renewal(over), now)).toBe(expected)
})
