import { expect, test } from 'vitest'
import { clockInZone, momentInZone } from './zoned-time.ts'

const utc = (text: string) => Date.parse(`${text}Z`)

test.each([
  ['2026-06-01T10:00', 'Asia/Shanghai', '2026-06-01T02:00'],
  ['2026-01-15T10:00', 'Europe/Berlin', '2026-01-15T09:00'],
  ['2026-07-15T10:00', 'Europe/Berlin', '2026-07-15T08:00'],
  ['2026-01-01T00:15', 'Asia/Kathmandu', '2025-12-31T18:30'],
  ['2026-11-21T23:59', 'Pacific/Kiritimati', '2026-11-21T09:59'],
])('%s on the clock of %s is %s UTC, and back', (clock, zone, moment) => {
  expect(momentInZone(utc(clock), zone)).toBe(utc(moment))
  expect(clockInZone(utc(moment), zone)).toBe(utc(clock))
})

test('a time that the clock skips in spring counts from where it goes on', () => {
  expect(momentInZone(utc('2026-03-29T02:30'), 'Europe/Berlin')).toBe(utc('2026-03-29T01:30'))
  expect(clockInZone(utc('2026-03-29T01:30'), 'Europe/Berlin')).toBe(utc('2026-03-29T03:30'))
  expect(momentInZone(utc('2026-03-08T02:00'), 'America/New_York')).toBe(utc('2026-03-08T07:00'))
})

test('of a time that the clock shows twice in autumn the first is meant', () => {
  expect(momentInZone(utc('2026-10-25T02:30'), 'Europe/Berlin')).toBe(utc('2026-10-25T00:30'))
  expect(momentInZone(utc('2026-11-01T01:30'), 'America/New_York')).toBe(utc('2026-11-01T05:30'))
})

test('a zone whose leap is half an hour, and one that skipped a whole day', () => {
  expect(momentInZone(utc('2026-10-04T02:15'), 'Australia/Lord_Howe')).toBe(utc('2026-10-03T15:45'))
  expect(momentInZone(utc('2011-12-29T12:00'), 'Pacific/Apia')).toBe(utc('2011-12-29T22:00'))
  expect(momentInZone(utc('2011-12-31T12:00'), 'Pacific/Apia')).toBe(utc('2011-12-30T22:00'))
})
