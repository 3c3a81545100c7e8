import { expect, test } from 'vitest'
import { expiredPartitions, forgetBefore, neededPartitions } from './partitions.ts'

test.each([
  ['2026-01-01T00:00:00Z', ['20251231', '20260101', '20260102', '20260103', '20260104']],
  ['2026-01-01T23:59:59.999Z', ['20251231', '20260101', '20260102', '20260103', '20260104']],
  ['2028-02-28T12:00:00+14:00', ['20280226', '20280227', '20280228', '20280229', '20280301']],
])('at %s the days %j must exist', (now, days) => {
  const needed = neededPartitions('reports', Date.parse(now))
  expect(needed.map(({ name }) => name)).toEqual(days.map((day) => `reports_${day}`))
  for (const [at, { from, to }] of needed.entries()) {
    expect(to.getTime() - from.getTime()).toBe(86_400_000)
    expect(from).toEqual(needed[at - 1]?.to ?? from)
  }
})

test.each([
  ['2026-01-31T00:00:00Z', ['reports_20251231']],
  ['2026-01-31T23:59:59Z', ['reports_20251231']],
  ['2026-02-01T00:00:00Z', ['reports_20251231', 'reports_20260101']],
  ['2020-01-01T00:00:00Z', []],
])('at %s, keeping 30 days, only %j can go', (now, expired) => {
  const names = [
    'reports_default',
    'report_minutes_20251231',
    'reports_20251231',
    'reports_20260101',
    'reports_2026010',
    'reports_20269999',
    'users',
  ]
  expect(expiredPartitions('reports', names, forgetBefore(Date.parse(now), 30))).toEqual(expired)
})

test('the summaries have days of their own', () => {
  const [first] = neededPartitions('report_hours', Date.parse('2026-01-02T00:00:00Z'))
  expect(first?.name).toBe('report_hours_20260101')
  const names = ['report_hours_20260101', 'report_minutes_20260101', 'reports_20260101', 'report_hours_default']
  expect(expiredPartitions('report_hours', names, new Date('2026-01-02T00:00:00Z'))).toEqual(['report_hours_20260101'])
})
