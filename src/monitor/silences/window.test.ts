import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Recurrence } from '../../contract/silences.ts'
import { type Span, stateOfSpan, windowAt } from './window.ts'

const at = (text: string) => Date.parse(`${text}Z`)
const shown = (span: Span, now: string) => {
  const window = windowAt(span, at(now))
  return window && [window.startMs, window.endMs].map((ms) => new Date(ms).toISOString().slice(0, 16))
}

describe('a span without recurrence', () => {
  const span = { startsAtMs: at('2026-11-21T10:00'), endsAtMs: at('2026-11-21T12:00'), recurrence: null }
  test.each([
    ['2026-11-21T09:59:59', 'pending'],
    ['2026-11-21T10:00:00', 'active'],
    ['2026-11-21T11:59:59', 'active'],
    ['2026-11-21T12:00:00', 'expired'],
  ])('at %s is %s', (now, state) => expect(stateOfSpan(span, at(now))).toBe(state))
})

const nightly = (more: Partial<Recurrence> = {}, span: Partial<Span> = {}): Span => ({
  startsAtMs: at('2026-01-01T00:00'),
  endsAtMs: null,
  recurrence: { weekdays: [6, 7], time: '02:30', duration_minutes: 60, time_zone: 'Europe/Berlin', ...more },
  ...span,
})

describe('a window that comes back every week', () => {
  test('is the one that is open, else the next', () => {
    expect(shown(nightly(), '2026-01-02T12:00')).toEqual(['2026-01-03T01:30', '2026-01-03T02:30'])
    expect(shown(nightly(), '2026-01-03T01:30')).toEqual(['2026-01-03T01:30', '2026-01-03T02:30'])
    expect(shown(nightly(), '2026-01-03T02:30')).toEqual(['2026-01-04T01:30', '2026-01-04T02:30'])
    expect(shown(nightly(), '2026-01-04T02:30')).toEqual(['2026-01-10T01:30', '2026-01-10T02:30'])
  })

  test('begins on the clock of its zone before and after the clocks change', () => {
    const mornings = nightly({ weekdays: [7], time: '08:00' })
    expect(shown(mornings, '2026-03-22T00:00')).toEqual(['2026-03-22T07:00', '2026-03-22T08:00'])
    expect(shown(mornings, '2026-03-29T00:00')).toEqual(['2026-03-29T06:00', '2026-03-29T07:00'])
    expect(shown(mornings, '2026-10-25T00:00')).toEqual(['2026-10-25T07:00', '2026-10-25T08:00'])
  })

  test('in the night when the clock skips its time, begins where the clock goes on and is as long as ever', () => {
    expect(shown(nightly(), '2026-03-28T12:00')).toEqual(['2026-03-29T01:30', '2026-03-29T02:30'])
  })

  test('in the night when the clock shows its time twice, opens once', () => {
    expect(shown(nightly(), '2026-10-24T12:00')).toEqual(['2026-10-25T00:30', '2026-10-25T01:30'])
    expect(shown(nightly(), '2026-10-25T01:30')).toEqual(['2026-10-31T01:30', '2026-10-31T02:30'])
  })

  test('may last over midnight, and over the end of the week', () => {
    const weekend = nightly({ weekdays: [5], time: '22:00', duration_minutes: 56 * 60, time_zone: 'Asia/Shanghai' })
    expect(shown(weekend, '2026-11-22T20:00')).toEqual(['2026-11-20T14:00', '2026-11-22T22:00'])
    expect(stateOfSpan(weekend, at('2026-11-22T22:00'))).toBe('pending')
  })

  test('is cut by the beginning and the end of its span', () => {
    const cut = nightly({}, { startsAtMs: at('2026-01-03T02:00'), endsAtMs: at('2026-01-04T02:00') })
    expect(shown(cut, '2026-01-01T00:00')).toEqual(['2026-01-03T02:00', '2026-01-03T02:30'])
    expect(shown(cut, '2026-01-03T12:00')).toEqual(['2026-01-04T01:30', '2026-01-04T02:00'])
    expect(shown(cut, '2026-01-04T02:00')).toBeNull()
    expect(stateOfSpan(cut, at('2026-01-04T02:00'))).toBe('expired')
  })
})

test('whatever the zone and the hour: the window never ends in the past, and its beginning is one of its days', () => {
  const recurrence = fc.record({
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    time: fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map((parts) => {
      return parts.map((part) => String(part).padStart(2, '0')).join(':')
    }),
    duration_minutes: fc.integer({ min: 1, max: 7 * 24 * 60 }),
    time_zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Shanghai', 'Australia/Lord_Howe'),
  })
  const moment = fc.integer({ min: at('2026-01-01T00:00'), max: at('2027-01-01T00:00') })
  fc.assert(
    fc.property(recurrence, moment, (given, now) => {
      const window = windowAt({ startsAtMs: 0, endsAtMs: null, recurrence: given }, now)
      if (!window) throw new Error('it comes back for ever')
      expect(window.endMs).toBeGreaterThan(now)
      expect(window.endMs - window.startMs).toBe(given.duration_minutes * 60_000)
      const day = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: given.time_zone }).format(window.startMs)
      expect(given.weekdays).toContain(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(day) + 1)
    }),
  )
})
