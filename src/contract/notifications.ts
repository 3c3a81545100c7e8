import { z } from 'zod'
import { AgentId, IsoTime, paging, RowId, Severity } from './common.ts'
import { AlertStatus } from './rollup.ts'

export const ChannelType = z.enum([
  'email',
  'webhook',
  'telegram',
  'dingtalk',
  'feishu',
  'wecom',
  'slack',
  'serverchan',
  'bark',
])
export type ChannelType = z.infer<typeof ChannelType>

/** The language in which a channel is told. */
export const NoticeLanguage = z.enum(['zh', 'en'])
export type NoticeLanguage = z.infer<typeof NoticeLanguage>

/** `firing`: told for the first time or more severe than before; `repeat`: still so; `resolved`: over; `test`: a person tried the channel. */
export const NoticeKind = z.enum(['firing', 'resolved', 'repeat', 'test'])
export type NoticeKind = z.infer<typeof NoticeKind>

/** More alerts than this are not listed in one notice but counted in `omitted`. */
export const maxNoticeAlerts = 50

/** One alert as a notice tells it. */
export const NoticeAlert = z.object({
  uid: z.string(),
  agent_id: AgentId,
  agent_name: z.string(),
  /** agent_ids from this monitor down to the node. */
  path: z.array(AgentId),
  type: z.string(),
  subject: z.string(),
  severity: Severity,
  status: AlertStatus,
  description: z.string(),
  since: IsoTime,
  /** Measured, and what it was held against; only of alerts of a rule. */
  value: z.number().optional(),
  threshold: z.number().optional(),
})
export type NoticeAlert = z.infer<typeof NoticeAlert>

/** What is told to a channel at once: the alerts of one scope. It holds no text: each channel is told in its own language. */
export const Notice = z
  .object({
    kind: NoticeKind,
    /** The highest of its alerts. */
    severity: Severity,
    /** Title of the site that tells. */
    site: z.string(),
    /** The node, or the top of the subtree, that all the alerts belong to. */
    scope: AgentId,
    alerts: z.array(NoticeAlert).max(maxNoticeAlerts),
    /** How many more there are than are listed. */
    omitted: z.number().int().min(0),
    at: IsoTime,
  })
  .meta({ id: 'Notice' })
export type Notice = z.infer<typeof Notice>

/**
 * `pending` waits for its turn or its next attempt; `sending` was handed to the receiver, whose answer is awaited; `failed`
 * will not be tried again; `dropped` was not sent on purpose.
 */
export const DeliveryState = z.enum(['pending', 'sending', 'sent', 'failed', 'dropped'])
export type DeliveryState = z.infer<typeof DeliveryState>
/** One notice on its way through one channel. */
export const Delivery = z
  .object({
    id: z.number().int(),
    channel_id: z.number().int().nullable(),
    channel_name: z.string(),
    channel_type: ChannelType,
    key: z.string(),
    state: DeliveryState,
    /** Why it was dropped or failed for good. */
    reason: z.string().nullable(),
    attempts: z.number().int(),
    last_error: z.string().nullable(),
    next_at: IsoTime.nullable(),
    created_at: IsoTime,
    sent_at: IsoTime.nullable(),
    notice: Notice,
  })
  .meta({ id: 'Delivery' })
export type Delivery = z.infer<typeof Delivery>

export const DeliveryQuery = z.object({
  state: DeliveryState.optional(),
  channel_id: RowId.optional(),
  /** About this node or one below it. */
  under: AgentId.optional(),
  ...paging(100),
})
export const DeliveryList = z
  .object({
    total: z.number().int(),
    limit: z.number().int(),
    offset: z.number().int(),
    notifications: z.array(Delivery),
  })
  .meta({ id: 'DeliveryList' })
