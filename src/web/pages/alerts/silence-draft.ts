import type { z } from 'zod'
import type { Alert } from '../../../contract/alerts.ts'
import type { AlertMatchers, Recurrence, Silence, SilenceInput, SilenceKind } from '../../../contract/silences.ts'
import { fromLocalInput, toLocalInput } from '../../lib/local-input.ts'

export const presets = ['1h', '4h', 'tonight', 'until'] as const
export type Preset = (typeof presets)[number]
export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const

/** A silence while it is filled in; times as the browser's own inputs have them, in its time zone. */
export interface Draft {
  /** Null: a new one. */
  id: number | null
  kind: SilenceKind
  scope: string | null
  matchers: AlertMatchers
  preset: Preset
  /** Empty: now. */
  startsAt: string
  /** Of `until`; of a weekly window empty means without end. */
  endsAt: string
  weekly: boolean
  weekdays: readonly number[]
  time: string
  hours: string
  timeZone: string
  reason: string
}

const hourMs = 3_600_000
/** "Tonight" ends when the day shift has begun. */
const morningHour = 8

export function newDraft(scope: string | null, more: Partial<Draft> = {}): Draft {
  return {
    id: null,
    kind: 'silence',
    scope,
    matchers: {},
    preset: '1h',
    startsAt: '',
    endsAt: '',
    weekly: false,
    weekdays: [7],
    time: '02:00',
    hours: '2',
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    reason: '',
    ...more,
  }
}

/** What would keep exactly this alert quiet. */
export function silenceOfAlert(alert: Pick<Alert, 'agent_id' | 'type' | 'subject'>): Draft {
  const { agent_id, type, subject } = alert
  return newDraft(agent_id, { matchers: { type, ...(subject === '' ? {} : { subject }) } })
}

/** One that is there, to be changed. */
export function draftOf(silence: Silence): Draft {
  const { id, kind, scope, matchers, recurrence, reason } = silence
  return newDraft(scope, {
    id,
    kind,
    matchers,
    reason,
    preset: 'until',
    startsAt: toLocalInput(silence.starts_at),
    endsAt: silence.ends_at === null ? '' : toLocalInput(silence.ends_at),
    ...(recurrence === null
      ? {}
      : {
          weekly: true,
          weekdays: recurrence.weekdays,
          time: recurrence.time,
          hours: String(recurrence.duration_minutes / 60),
          timeZone: recurrence.time_zone,
        }),
  })
}

/** When a preset ends. `tonight` is the next morning at eight, on the clock of this browser. */
export function endOf(preset: Exclude<Preset, 'until'>, nowMs: number): Date {
  if (preset !== 'tonight') return new Date(nowMs + (preset === '1h' ? 1 : 4) * hourMs)
  const morning = new Date(nowMs)
  morning.setHours(morningHour, 0, 0, 0)
  if (morning.getTime() <= nowMs) morning.setDate(morning.getDate() + 1)
  return morning
}

/** What the API is asked for. A time that was left out is not sent: the node says what is missing. */
export function inputOf(draft: Draft, nowMs: number): z.input<typeof SilenceInput> {
  const { kind, scope, reason, preset } = draft
  const isWeekly = kind === 'maintenance' && draft.weekly
  const ends = preset === 'until' || isWeekly ? fromLocalInput(draft.endsAt) : endOf(preset, nowMs).toISOString()
  const starts = fromLocalInput(draft.startsAt)
  const recurrence: Recurrence = {
    weekdays: draft.weekdays.toSorted((a, b) => a - b),
    time: draft.time,
    duration_minutes: Math.round(Number(draft.hours) * 60),
    time_zone: draft.timeZone,
  }
  return {
    kind,
    scope,
    matchers: withoutEmpty(draft.matchers),
    ...(starts === null ? {} : { starts_at: starts }),
    ends_at: ends,
    recurrence: isWeekly ? recurrence : null,
    reason,
  }
}

function withoutEmpty({ type, subject, severity, level }: AlertMatchers): AlertMatchers {
  return {
    ...(type ? { type } : {}),
    ...(subject ? { subject } : {}),
    ...(severity ? { severity } : {}),
    ...(level ? { level } : {}),
  }
}
