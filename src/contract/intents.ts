import { z } from 'zod'
import { AgentId, IsoTime, LongText, RowId, paging } from './common.ts'

export const IntentType = z.enum(['decision', 'blocker', 'milestone', 'note'])
export type IntentType = z.infer<typeof IntentType>

export const Intent = z
  .object({
    event_id: z.number().int(),
    task_id: z.number().int().nullable(),
    type: IntentType,
    data: z.string(),
    agent_id: AgentId.nullable(),
    actor: z.string().nullable(),
    created_at: IsoTime,
  })
  .meta({ id: 'Intent' })
export type Intent = z.infer<typeof Intent>

export const IntentQuery = z.object({
  task_id: RowId.optional(),
  type: IntentType.optional(),
  agent_id: AgentId.optional(),
  /** `30m`, `24h`, `7d`, or an ISO time. */
  since: z.string().max(64).optional(),
  /** As `since`; what happened then is not in it any more. */
  until: z.string().max(64).optional(),
  /** Of this node and all below it. */
  under: AgentId.optional(),
  /** Part of the text, the node's id or who it was. */
  q: z.string().max(256).optional(),
  ...paging(50),
})
export const IntentList = z
  .object({ total: z.number().int(), limit: z.number().int(), offset: z.number().int(), intents: z.array(Intent) })
  .meta({ id: 'IntentList' })

/** Body of `POST /api/v1/intents`: a person's note. */
export const IntentNote = z
  .object({ data: LongText.min(1), agent_id: AgentId.optional(), task_id: z.number().int().min(1).optional() })
  .meta({ id: 'IntentNote' })
