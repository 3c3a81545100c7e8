import { expect, test } from 'vitest'
import { certificateZone } from './certificate.ts'

const day = 86_400_000
const now = Date.parse('2026-01-01T00:00:00Z')

test.each([
  [21, 'good', 21],
  [20.9, 'warning', 20],
  [7, 'warning', 7],
  [6.9, 'critical', 6],
  [-3, 'critical', -3],
])('%f days before its end a certificate is %s', (days, zone, daysLeft) => {
  expect(certificateZone(now + days * day, now, { warning_days: 21, critical_days: 7 })).toEqual({ zone, daysLeft })
})
