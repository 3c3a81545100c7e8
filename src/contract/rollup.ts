import { z } from 'zod'
import { AgentId, HealthStatus, IssueLevel, JsonObject, NodeRole, NodeStatus, Severity } from './common.ts'
import { DecisionEvidence, DecisionHop } from './decision-path.ts'

/** A position in a monitor's change feed. */
const Seq = z.number().int().min(0)
const Time = z.iso.datetime()

export const RolledNode = z.object({
  kind: z.literal('node'),
  agent_id: AgentId,
  /** agent_id of the monitor it reports to; the sender itself for its direct children. */
  parent_id: AgentId,
  node_uid: z.string().max(128).nullable(),
  /** How often the node has attached to a parent; when two regions claim it, the higher number is right. */
  generation: z.number().int().min(0),
  name: z.string().max(512),
  role: NodeRole,
  version: z.string().max(64).nullable(),
  status: NodeStatus,
  health_status: HealthStatus,
  issues: z.object({ L1: z.number().int(), L2: z.number().int(), L3: z.number().int() }),
  metrics: JsonObject.nullable(),
  metadata: JsonObject,
  last_seen_at: Time.nullable(),
  stale_since: Time.nullable(),
})
export type RolledNode = z.infer<typeof RolledNode>

/** A node that the sender no longer has: moved away or deleted. */
export const RolledNodeGone = z.object({ kind: z.literal('node_gone'), agent_id: AgentId, deleted: z.boolean() })
export type RolledNodeGone = z.infer<typeof RolledNodeGone>

export const AlertStatus = z.enum(['new', 'acknowledged', 'resolved'])
export type AlertStatus = z.infer<typeof AlertStatus>

export const RolledAlert = z.object({
  kind: z.literal('alert'),
  uid: z.string().max(128),
  agent_id: AgentId,
  level: IssueLevel,
  type: z.string().max(128),
  subject: z.string().max(512),
  description: z.string().max(16_384),
  severity: Severity,
  status: AlertStatus,
  details: JsonObject,
  origin: z.string().max(64),
  occurrences: z.number().int().min(1),
  created_at: Time,
  last_seen_at: Time,
  acknowledged_at: Time.nullable(),
  acknowledged_by: z.string().max(256).nullable(),
  resolved_at: Time.nullable(),
  resolved_by: z.string().max(256).nullable(),
  notes: z.string().max(16_384).nullable(),
  /** Of a rule's alert; a monitor of an older version does not send them. */
  value: z.number().nullable().default(null),
  threshold: z.number().nullable().default(null),
})
export type RolledAlert = z.infer<typeof RolledAlert>

export const DecisionStatus = z.enum(['approved', 'rejected', 'pending', 'expired'])
export type DecisionStatus = z.infer<typeof DecisionStatus>
export const DecidedBy = z.enum(['policy', 'llm', 'human'])
export type DecidedBy = z.infer<typeof DecidedBy>

export const RolledDecision = z.object({
  kind: z.literal('decision'),
  agent_id: AgentId,
  request_id: z.string().max(128),
  issue_type: z.string().max(128),
  issue_description: z.string().max(16_384),
  severity: Severity,
  proposed_action: z.string().max(16_384),
  status: DecisionStatus,
  reason: z.string().max(16_384),
  llm_analysis: z.string().max(65_536).nullable(),
  decided_by: DecidedBy.nullable(),
  authority: AgentId.nullable(),
  created_at: Time,
  decided_at: Time.nullable(),
  expires_at: Time,
  executed_at: Time.nullable(),
  execution_result: z.string().max(64).nullable(),
  execution_output: z.string().max(65_536).nullable(),
  /** A monitor of an older version does not send what follows. */
  execution_ms: z.number().int().min(0).nullable().default(null),
  path: z.array(DecisionHop).max(64).default([]),
  evidence: DecisionEvidence.nullable().default(null),
})
export type RolledDecision = z.infer<typeof RolledDecision>

export const RolledEntity = z.discriminatedUnion('kind', [RolledNode, RolledNodeGone, RolledAlert, RolledDecision])
export type RolledEntity = z.infer<typeof RolledEntity>

/**
 * What changed below a monitor since the position its parent acknowledged: `from_seq` < position ≤ `to_seq`.
 * A snapshot starts at 0; its last part carries `snapshot_end`, and what it did not name is gone.
 */
export const Rollup = z.object({
  epoch: z.string().min(1).max(64),
  from_seq: Seq,
  to_seq: Seq,
  /** `mark` of the last answer that the sender remembers; null at the start of a snapshot. */
  mark: z.string().max(64).nullable().default(null),
  /**
   * Marks that this process of the sender has offered since it took that answer, of which the last is for the answer to this
   * part. Absent: the sender is older, and the parent makes the mark.
   */
  offered: z.array(z.string().min(1).max(64)).min(1).max(16).optional(),
  snapshot_end: z.boolean().default(false),
  /** The sender's time at which this state was true. */
  as_of: Time,
  entities: z.array(RolledEntity).max(5000),
})
export type Rollup = z.infer<typeof Rollup>

export const RollupAck = z.object({
  epoch: z.string(),
  seq: Seq,
  /** The parent has lost its place, or the sender has: start again at 0. */
  snapshot: z.boolean(),
  /** To be quoted in the next part; it shows that the sender's data is not older than what it sent. */
  mark: z.string().max(64).nullable().default(null),
})
export type RollupAck = z.infer<typeof RollupAck>
