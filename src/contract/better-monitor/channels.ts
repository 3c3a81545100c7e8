import { z } from 'zod'
import { AgentId, IsoTime, JsonObject, Severity } from '../common.ts'
import { ChannelType, NoticeLanguage } from '../notifications.ts'

/** A channel as Better Monitor shows it (spec: 获取通知渠道): `config` is a JSON text in which secrets are masked. */
export const Channel = z
  .object({
    id: z.number().int(),
    type: ChannelType,
    name: z.string(),
    config: z.string(),
    enabled: z.boolean(),
    language: NoticeLanguage,
    min_severity: Severity.nullable(),
    subtree: AgentId.nullable(),
    send_resolved: z.boolean(),
    /** The secrets were encrypted with another key and cannot be read: enter them again. */
    secrets_lost: z.boolean(),
    created_at: IsoTime,
    updated_at: IsoTime,
  })
  .meta({ id: 'Channel' })
export type Channel = z.infer<typeof Channel>

export const ChannelList = z.object({ channels: z.array(Channel) }).meta({ id: 'ChannelList' })
export const ChannelAnswer = z.object({ channel: Channel }).meta({ id: 'ChannelAnswer' })

const fields = {
  name: z.string().trim().min(1).max(256),
  /** A JSON text, as documented, or an object. What it holds depends on the type. */
  config: z.union([z.string().max(65_536), JsonObject]),
  enabled: z.boolean(),
  language: NoticeLanguage,
  /** Nothing below this severity is told; null: everything is. */
  min_severity: Severity.nullable(),
  /** agent_id of a node: only it and what is below it is told of; null: everything is. */
  subtree: AgentId.nullable(),
  /** Whether the end of what was told is told too. */
  send_resolved: z.boolean(),
}

/** Body of `POST /api/alerts/channels`. */
export const NewChannel = z
  .strictObject({
    ...fields,
    type: ChannelType,
    enabled: fields.enabled.default(true),
    language: fields.language.default('zh'),
    min_severity: fields.min_severity.default(null),
    subtree: fields.subtree.default(null),
    send_resolved: fields.send_resolved.default(true),
  })
  .meta({ id: 'NewChannel' })
export type NewChannel = z.infer<typeof NewChannel>

/** Body of `PUT /api/alerts/channels/{id}`; what is absent stays, and so does a secret whose mask is sent back. The type cannot change. */
export const ChannelChange = z
  .strictObject({ ...fields, type: ChannelType })
  .partial()
  .meta({ id: 'ChannelChange' })
export type ChannelChange = z.infer<typeof ChannelChange>

export const ChannelTested = z
  .object({ success: z.literal(true), message: z.string(), duration_ms: z.number() })
  .meta({ id: 'ChannelTested' })
