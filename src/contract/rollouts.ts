import { z } from 'zod'
import { AgentId, IsoTime, RowId } from './common.ts'
import { ReleaseChannel } from './better-monitor/releases.ts'

export const RolloutStatus = z.enum(['running', 'succeeded', 'failed', 'cancelled'])
export type RolloutStatus = z.infer<typeof RolloutStatus>

/** `offline` waits for the server to come back, `waiting` for its ring. */
export const TargetState = z.enum(['waiting', 'offline', 'installing', 'succeeded', 'failed', 'cancelled'])
export type TargetState = z.infer<typeof TargetState>

const RolloutTarget = z
  .object({
    server_id: z.number().int(),
    agent_id: AgentId,
    /** Rings are worked on in rising order. */
    ring: z.number().int(),
    state: TargetState,
    reason: z.string(),
    from_version: z.string().nullable(),
    job_id: z.string().nullable(),
    started_at: IsoTime.nullable(),
    finished_at: IsoTime.nullable(),
  })
  .meta({ id: 'RolloutTarget' })

const RolloutSummary = z.object({
  rollout_id: z.number().int(),
  target_version: z.string(),
  channel: ReleaseChannel,
  status: RolloutStatus,
  reason: z.string(),
  created_by: z.string(),
  created_at: IsoTime,
  finished_at: IsoTime.nullable(),
  max_failures: z.number().int(),
  pause_s: z.number(),
  counts: z.record(TargetState, z.number().int()),
})

/** One upgrade of several servers, ring by ring. */
export const Rollout = RolloutSummary.extend({ targets: z.array(RolloutTarget) }).meta({ id: 'Rollout' })
export type Rollout = z.infer<typeof Rollout>
export const RolloutList = z
  .object({ rollouts: z.array(RolloutSummary.meta({ id: 'RolloutSummary' })), total: z.number().int() })
  .meta({ id: 'RolloutList' })
export type RolloutList = z.infer<typeof RolloutList>

export const RolloutParams = z.object({ rollout_id: RowId })
export const RolloutQuery = z.object({
  status: RolloutStatus.optional(),
  /** With a server at this node or below it. */
  under: AgentId.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  offset: z.coerce.number().int().min(0).default(0),
})
