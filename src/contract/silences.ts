import { z } from 'zod'
import { AgentId, IsoTime, IssueLevel, paging, Severity, ShortText, Timestamp } from './common.ts'

export const SilenceKind = z.enum(['silence', 'maintenance'])
export type SilenceKind = z.infer<typeof SilenceKind>
export const SilenceState = z.enum(['pending', 'active', 'expired'])
export type SilenceState = z.infer<typeof SilenceState>

const Glob = z.string().min(1).max(256)

/** Which alerts; every key that is present has to match, none at all takes every alert of the scope. */
export const AlertMatchers = z.strictObject({
  type: Glob.optional().describe('Glob over the type of the alert, such as disk_*'),
  subject: Glob.optional().describe('Glob over what the alert is about, such as /var/*'),
  severity: Severity.optional().describe('Exactly this severity'),
  level: IssueLevel.optional().describe('Exactly this level'),
})
export type AlertMatchers = z.infer<typeof AlertMatchers>

/** A day of the week: 1 is Monday, 7 is Sunday. */
const Weekday = z.number().int().min(1).max(7)
const maxWindowMinutes = 7 * 24 * 60

/** A window that comes back every week; the end is `duration_minutes` of real time after the beginning. */
export const Recurrence = z.strictObject({
  weekdays: z
    .array(Weekday)
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, 'each day once')
    .describe('1 is Monday, 7 is Sunday'),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
    .describe(
      'When it begins, on the clock of the time zone; a time that the clock skips counts from where it goes on',
    ),
  duration_minutes: z.number().int().min(1).max(maxWindowMinutes),
  time_zone: z
    .string()
    .min(1)
    .max(64)
    .refine(isTimeZone, 'a time zone such as Asia/Shanghai or UTC')
    .describe('IANA name, such as Asia/Shanghai'),
})
export type Recurrence = z.infer<typeof Recurrence>

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const silenceFields = {
  kind: SilenceKind.default('silence').describe('A maintenance window may recur'),
  scope: AgentId.nullable().default(null).describe('agent_id: that node and everything below it; null: all nodes'),
  matchers: AlertMatchers.prefault({}),
  starts_at: Timestamp.optional().describe('Default: now'),
  ends_at: Timestamp.nullable().default(null).describe('Required, but for a window that recurs'),
  recurrence: Recurrence.nullable().default(null).describe('Only of a maintenance window'),
  reason: ShortText.min(1),
}

/** Body of `POST /api/v1/silences` and `PUT /api/v1/silences/{id}`. */
export const SilenceInput = z
  .strictObject(silenceFields)
  .superRefine((given, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (given.recurrence && given.kind !== 'maintenance') wrong('recurrence', 'only a maintenance window may recur')
    if (given.ends_at === null && !given.recurrence) wrong('ends_at', 'says when it ends')
    if (given.ends_at !== null && given.starts_at !== undefined && given.ends_at <= given.starts_at)
      wrong('ends_at', 'must be after starts_at')
  })
  .meta({ id: 'SilenceInput' })
export type SilenceInput = z.infer<typeof SilenceInput>

export const Silence = z
  .object({
    id: z.number().int(),
    kind: SilenceKind,
    scope: AgentId.nullable(),
    matchers: AlertMatchers,
    starts_at: IsoTime,
    ends_at: IsoTime.nullable(),
    recurrence: Recurrence.nullable(),
    reason: z.string(),
    created_by: z.string(),
    created_at: IsoTime,
    state: SilenceState,
    /** The window that is open now, else the next one; null when none comes any more. */
    window: z.object({ starts_at: IsoTime, ends_at: IsoTime }).nullable(),
    /** agent_id of the monitor above on which it was made, and where alone it can be changed; null: made here. */
    inherited_from: AgentId.nullable(),
  })
  .meta({ id: 'Silence' })
export type Silence = z.infer<typeof Silence>

export const SilenceQuery = z.object({
  state: SilenceState.optional(),
  kind: SilenceKind.optional(),
  /** Those that cover this node: its own, of monitors above it, and of everything. */
  agent_id: AgentId.optional(),
  ...paging(100),
})
export const SilenceList = z
  .object({ total: z.number().int(), limit: z.number().int(), offset: z.number().int(), silences: z.array(Silence) })
  .meta({ id: 'SilenceList' })

/** A silence as a monitor tells its child; the complete set is told each time. */
export const TravellingSilence = z.object({
  uid: z.string().min(8).max(128),
  kind: SilenceKind,
  /** null: everything that the child sees. */
  scope: AgentId.nullable(),
  matchers: AlertMatchers,
  starts_at: IsoTime,
  ends_at: IsoTime.nullable(),
  recurrence: Recurrence.nullable(),
  reason: ShortText,
  created_by: z.string().max(256),
  created_at: IsoTime,
  /** agent_id of the monitor on which it was made. */
  made_at: AgentId,
})
export type TravellingSilence = z.infer<typeof TravellingSilence>

/** How many silences of its own a monitor keeps that have not ended: more are refused. */
export const maxOpenSilences = 1000
