import { z } from 'zod'
import { AgentId, IsoTime } from './common.ts'
import { ActionReport, IssueReport, SystemMetrics } from './reports.ts'

export const Inspection = z
  .object({
    started_at: IsoTime,
    took_ms: z.number(),
    status: z.enum(['healthy', 'warning', 'critical']),
    metrics: SystemMetrics,
    issues: z.array(IssueReport),
    actions_taken: z.array(ActionReport),
  })
  .meta({ id: 'Inspection' })
export type Inspection = z.infer<typeof Inspection>

/** `GET /api/v1/self`: what this node is and how it stands with its parent. */
export const SelfStatus = z
  .object({
    agent_id: AgentId,
    name: z.string(),
    node_uid: z.string(),
    version: z.string(),
    parts: z.array(z.enum(['probe', 'monitor', 'upstream'])),
    started_at: IsoTime,
    uptime_seconds: z.number(),
    lineage: z.array(AgentId),
    parent: z
      .object({
        agent_id: AgentId.nullable(),
        url: z.string().nullable(),
        link: z.enum(['connected', 'connecting', 'disconnected']),
        connected_since: IsoTime.nullable(),
        last_error: z.string().nullable(),
      })
      .nullable(),
    spool: z.object({ depth: z.number().int(), bytes: z.number().int(), oldest_at: IsoTime.nullable() }).nullable(),
    last_inspection: Inspection.nullable(),
  })
  .meta({ id: 'SelfStatus' })
export type SelfStatus = z.infer<typeof SelfStatus>

/** Body of `POST /self/inspect`: this node, or on a monitor one of the nodes below it. */
export const InspectRequest = z.object({ agent_id: AgentId.optional() }).meta({ id: 'InspectRequest' })
