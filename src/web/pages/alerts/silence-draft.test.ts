import { expect, test } from 'vitest'
import type { Silence } from '../../../contract/silences.ts'
import { toLocalInput } from '../../lib/local-input.ts'
import { draftOf, endOf, inputOf, newDraft, silenceOfAlert } from './silence-draft.ts'

const noon = new Date(2026, 0, 10, 12, 0, 0).getTime()

test('presets end after their hours; "tonight" is the next eight in the morning', () => {
  expect(endOf('1h', noon).getTime() - noon).toBe(3_600_000)
  expect(endOf('4h', noon).getTime() - noon).toBe(4 * 3_600_000)
  expect(endOf('tonight', noon)).toEqual(new Date(2026, 0, 11, 8))
  expect(endOf('tonight', new Date(2026, 0, 10, 3).getTime())).toEqual(new Date(2026, 0, 10, 8))
})

test('the silence of an alert is about its node, type and subject alone', () => {
  const draft = silenceOfAlert({ agent_id: 'db-1', type: 'disk_full', subject: '/var' })
  expect(inputOf({ ...draft, reason: 'known' }, noon)).toEqual({
    kind: 'silence',
    scope: 'db-1',
    matchers: { type: 'disk_full', subject: '/var' },
    ends_at: new Date(noon + 3_600_000).toISOString(),
    recurrence: null,
    reason: 'known',
  })
})

test('what one cleared is not sent; a weekly window may be without end, and only of a maintenance', () => {
  const draft = newDraft(null, {
    kind: 'maintenance',
    matchers: { type: '', subject: '' },
    weekly: true,
    weekdays: [6, 1],
    hours: '1.5',
    timeZone: 'Asia/Shanghai',
  })
  expect(inputOf(draft, noon)).toMatchObject({
    matchers: {},
    ends_at: null,
    recurrence: { weekdays: [1, 6], time: '02:00', duration_minutes: 90, time_zone: 'Asia/Shanghai' },
  })
  expect(inputOf({ ...draft, kind: 'silence' }, noon).recurrence).toBeNull()
})

test('changing nothing about a silence sends what it was, to the minute', () => {
  const silence: Silence = {
    id: 4,
    kind: 'maintenance',
    scope: 'eu',
    matchers: { severity: 'high', level: 'L3' },
    starts_at: '2026-01-10T10:00:00.000Z',
    ends_at: '2026-03-10T10:00:00.000Z',
    recurrence: { weekdays: [2], time: '22:30', duration_minutes: 45, time_zone: 'Europe/Berlin' },
    reason: 'patches',
    created_by: 'admin',
    created_at: '2026-01-10T10:00:00.000Z',
    state: 'pending',
    window: null,
    inherited_from: null,
  }
  const { kind, scope, matchers, starts_at, ends_at, recurrence, reason } = silence
  expect(inputOf(draftOf(silence), noon)).toEqual({ kind, scope, matchers, starts_at, ends_at, recurrence, reason })
  expect(new Date(toLocalInput(starts_at)).toISOString()).toBe(starts_at)
})
