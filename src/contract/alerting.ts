import { z } from 'zod'
import { IsoTime, Severity } from './common.ts'

/** Why a channel is told. */
export const NotifyReason = z.enum(['first', 'more-severe', 'repeat-due', 'recovered'])
export type NotifyReason = z.infer<typeof NotifyReason>

/** Why a channel is not told, or not now. */
export const QuietReason = z.enum([
  'silenced',
  'maintenance',
  'acknowledged',
  /** It was told; the next time is in `next_at`. */
  'already-told',
  /** Waits until `next_at` for others of the same subtree. */
  'grouped',
  'below-severity',
  'outside-subtree',
  /** The channel wants no recoveries. */
  'not-sent-resolved',
  /** This monitor suspects that it is itself cut off. */
  'monitor-unsure',
  /** The alert of the region above, which is out of reach, speaks for it. */
  'covered',
  /** It begins and ends too often. */
  'flapping',
  /** The last notice is still on its way. */
  'undelivered',
  /** It was over before the channel could be told. */
  'never-told',
  /** It is over, and so the channel knows. */
  'ended',
])
export type QuietReason = z.infer<typeof QuietReason>

/** What one channel knows of an alert. */
export const AlertOnChannel = z.object({
  channel_id: z.number().int(),
  channel_name: z.string(),
  /** The last notice about the fault: when, what, and how severe it was then; null: none yet. */
  told_at: IsoTime.nullable(),
  told_kind: z.enum(['firing', 'repeat', 'resolved']).nullable(),
  told_severity: Severity.nullable(),
  /** Notices about this fault on this channel. */
  notices: z.number().int(),
  /** Whether it is told with the next notice, and why or why not. */
  notify: NotifyReason.nullable(),
  reason: z.union([NotifyReason, QuietReason]),
  /** When that may change by itself; null: when something happens. */
  next_at: IsoTime.nullable(),
  silenced_by: z.array(z.number().int()),
})
export const AlertNotifications = z
  .object({ alert_id: z.number().int(), channels: z.array(AlertOnChannel) })
  .meta({ id: 'AlertNotifications' })
