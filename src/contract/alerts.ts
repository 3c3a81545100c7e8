import { z } from 'zod'
import { AgentId, IsoTime, IssueLevel, JsonObject, LongText, Severity, paging } from './common.ts'
import { AlertStatus } from './rollup.ts'

export const Alert = z
  .object({
    alert_id: z.number().int(),
    agent_id: AgentId,
    agent_name: z.string(),
    level: IssueLevel,
    type: z.string(),
    subject: z.string(),
    description: z.string(),
    severity: Severity,
    status: AlertStatus,
    details: JsonObject,
    created_at: IsoTime,
    acknowledged_at: IsoTime.nullable(),
    acknowledged_by: z.string().nullable(),
    resolved_at: IsoTime.nullable(),
    resolved_by: z.string().nullable(),
    notes: z.string().nullable(),
    occurrences: z.number().int(),
    last_seen_at: IsoTime,
    /** Who raised it: `issue` (a node's L3), `tree` (offline, unreachable, cloned id) or `rule`. */
    origin: z.string(),
    /** Row numbers of the silences that keep it quiet now; it stays in every list. */
    silenced_by: z.array(z.number().int()),
    /** Of a rule's alert: what was measured last, and the bound that it crossed. */
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    /** When this monitor last told somebody of it. */
    notified_at: IsoTime.nullable(),
    /** The task that its fault shares with decisions and intents. */
    task_id: z.number().int().nullable(),
    /** For whom the last act was done, as who acted here said. */
    on_behalf_of: z.string().nullable(),
  })
  .meta({ id: 'Alert' })
export type Alert = z.infer<typeof Alert>

export const AlertQuery = z.object({
  status: AlertStatus.optional(),
  level: IssueLevel.optional(),
  agent_id: AgentId.optional(),
  severity: Severity.optional(),
  type: z.string().min(1).max(128).optional(),
  /** agent_id: alerts of that node and of everything below it. */
  under: AgentId.optional(),
  /** `true`: those that have not ended; `false`: those that have. */
  open: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  /** Occurs in the description, the type, the subject, or the name or agent_id of the node. */
  q: z.string().max(256).optional(),
  ...paging(100),
})
export const AlertList = z
  .object({ total: z.number().int(), limit: z.number().int(), offset: z.number().int(), alerts: z.array(Alert) })
  .meta({ id: 'AlertList' })

/** Body of `POST /api/v1/alerts/{id}/ack` and `/resolve`; `user` is kept as `on_behalf_of`, the actor is the token's user. */
export const AlertAction = z
  .object({ user: z.string().max(256).optional(), notes: LongText.optional() })
  .meta({ id: 'AlertAction' })

export const AckResult = z
  .object({
    alert_id: z.number().int(),
    status: z.literal('acknowledged'),
    acknowledged_at: IsoTime,
    acknowledged_by: z.string(),
  })
  .meta({ id: 'AckResult' })
export const ResolveResult = z
  .object({ alert_id: z.number().int(), status: z.literal('resolved'), resolved_at: IsoTime, resolved_by: z.string() })
  .meta({ id: 'ResolveResult' })
