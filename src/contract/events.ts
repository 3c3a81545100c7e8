import { z } from 'zod'
import { AgentId, HealthStatus, IssueLevel, NodeStatus, ReportStatus, Severity } from './common.ts'
import { DecisionStatus } from './rollup.ts'

/** What `/ws` pushes (spec: WebSocket 实时通信, 事件类型), by `type`. */
export const eventSchemas = {
  report_received: z.object({ agent_id: AgentId, status: ReportStatus, timestamp: z.iso.datetime() }),
  node_status_changed: z.object({
    agent_id: AgentId,
    old_status: NodeStatus.nullable(),
    new_status: NodeStatus,
    old_health: HealthStatus.optional(),
    new_health: HealthStatus.optional(),
    reason: z.string(),
  }),
  new_alert: z.object({
    alert_id: z.number().int(),
    agent_id: AgentId,
    level: IssueLevel,
    type: z.string(),
    severity: Severity,
    description: z.string(),
  }),
  alert_updated: z.object({ alert_id: z.number().int(), agent_id: AgentId, status: z.string(), severity: Severity }),
  decision_completed: z.object({
    decision_id: z.number().int(),
    agent_id: AgentId,
    status: DecisionStatus,
    issue_type: z.string(),
    reason: z.string(),
    authority: AgentId.nullable(),
  }),
  decision_executed: z.object({
    decision_id: z.number().int(),
    agent_id: AgentId,
    issue_type: z.string(),
    execution_result: z.string(),
  }),
  /** A decision waits, for a person or for a monitor above; told once, not at every repeat of the question. */
  decision_waiting: z.object({
    decision_id: z.number().int(),
    agent_id: AgentId,
    issue_type: z.string(),
    severity: Severity,
    proposed_action: z.string(),
    reason: z.string(),
    authority: AgentId.nullable(),
    expires_at: z.iso.datetime(),
  }),
  node_removed: z.object({ agent_id: AgentId, reason: z.string() }),
} as const
export type EventType = keyof typeof eventSchemas
export type Events = { [T in EventType]: z.infer<(typeof eventSchemas)[T]> }
export const EventTypes = Object.keys(eventSchemas) as [EventType, ...EventType[]]

/** What a client of `/ws` may send. */
export const ClientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ping') }),
  z.object({
    type: z.literal('subscribe'),
    topics: z.array(z.enum(EventTypes)).max(32).optional(),
    agent_ids: z.array(AgentId).max(1000).optional(),
  }),
])
export type ClientMessage = z.infer<typeof ClientMessage>
