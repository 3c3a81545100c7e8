import { z } from 'zod'
import { Action } from './actions.ts'
import { AgentId, IsoTime, JsonObject, LongText, RowId, Severity, ShortText, Timestamp, paging } from './common.ts'
import { DecisionEvidence, DecisionHop } from './decision-path.ts'
import { ExecutionStatus } from './reports.ts'
import { DecidedBy, DecisionStatus } from './rollup.ts'

export const DecisionIssue = z
  .object({
    type: z.string().min(1).max(128),
    description: LongText,
    severity: Severity,
    proposed_fix: LongText.min(1),
    risk_assessment: LongText.optional(),
    details: JsonObject.default({}),
    subject: ShortText.optional(),
    action: Action.optional(),
  })
  .meta({ id: 'DecisionIssue' })
export type DecisionIssue = z.infer<typeof DecisionIssue>

const DecisionContext = z
  .looseObject({ recent_events: z.array(LongText).max(100).optional(), current_load: ShortText.optional() })
  .meta({ id: 'DecisionContext' })

/** Body of `POST /api/v1/decisions/request` (spec: 决策管理接口 3). */
export const DecisionRequest = z
  .object({
    agent_id: AgentId,
    issue: DecisionIssue,
    context: DecisionContext.default({}),
    request_id: z.string().min(8).max(128).optional(),
    /** How long the caller waits for the answer. */
    deadline_ms: z.number().int().min(1).max(300_000).optional(),
    /** agent_ids of the monitors that this request came through, first hop first. */
    path: z.array(AgentId).max(64).optional(),
    /** What those monitors said, first hop first; shown to people, never a reason to approve. */
    hops: z.array(DecisionHop).max(64).optional(),
  })
  .meta({ id: 'DecisionRequest' })
export type DecisionRequest = z.infer<typeof DecisionRequest>

export const DecisionAnswer = z
  .object({
    decision_id: z.number().int(),
    request_id: z.string(),
    status: DecisionStatus,
    reason: z.string(),
    llm_analysis: z.string().nullable(),
    created_at: IsoTime,
    decided_by: DecidedBy.nullable(),
    authority: AgentId.nullable(),
    path: z.array(DecisionHop),
    expires_at: IsoTime,
    /** How long the approval stays fresh, counted from the moment the answer arrives. */
    valid_for_ms: z.number().int().min(0),
  })
  .meta({ id: 'DecisionAnswer' })
export type DecisionAnswer = z.infer<typeof DecisionAnswer>

export const Decision = z
  .object({
    decision_id: z.number().int(),
    agent_id: AgentId,
    issue_type: z.string(),
    issue_description: z.string(),
    severity: Severity,
    proposed_action: z.string(),
    llm_analysis: z.string().nullable(),
    status: DecisionStatus,
    reason: z.string(),
    created_at: IsoTime,
    executed_at: IsoTime.nullable(),
    execution_result: z.string().nullable(),
    execution_output: z.string().nullable(),
    request_id: z.string(),
    decided_by: DecidedBy.nullable(),
    decided_at: IsoTime.nullable(),
    authority: AgentId.nullable(),
    path: z.array(DecisionHop),
    expires_at: IsoTime,
    /** How long the execution took on the host; null when nothing was run, or it is not known. */
    execution_ms: z.number().int().nullable(),
    /** Groups the intents of the same fault; null when there are none. */
    task_id: z.number().int().nullable(),
  })
  .meta({ id: 'Decision' })
export type Decision = z.infer<typeof Decision>

/** One decision with all that is known of its way. */
export const DecisionDetail = Decision.extend({
  /** What every monitor on the way said, first hop first; `path` is this monitor's own part of it. */
  whole_path: z.array(DecisionHop),
  /** Null when the monitor below did not send it. */
  evidence: DecisionEvidence.nullable(),
  /** Whether it can be approved at this monitor: elsewhere it is refused with 409. */
  decides_here: z.boolean(),
}).meta({ id: 'DecisionDetail' })
export type DecisionDetail = z.infer<typeof DecisionDetail>

export const DecisionQuery = z.object({
  agent_id: AgentId.optional(),
  status: DecisionStatus.optional(),
  /** Decisions about one fault: the `task_id` of its alert and its intents. */
  task_id: RowId.optional(),
  /** Of this node and all below it. */
  under: AgentId.optional(),
  /** Part of the node's id, the type of the issue, its description or the proposed action. */
  q: z.string().max(256).optional(),
  ...paging(50),
})
export const DecisionList = z
  .object({
    total: z.number().int(),
    limit: z.number().int(),
    offset: z.number().int(),
    decisions: z.array(Decision),
  })
  .meta({ id: 'DecisionList' })

/** Body of `POST /api/v1/decisions/{id}/result`. */
export const DecisionResult = z
  .object({
    status: ExecutionStatus,
    output: z.string().max(65_536).optional(),
    /** Absent: the time of receipt. Null: nothing was run. */
    executed_at: Timestamp.nullish(),
    /** How long the execution took. */
    took_ms: z.number().int().min(0).max(2_147_483_647).optional(),
    /** The request that was decided: a result that names another one than the decision's is refused. */
    request_id: z.string().min(8).max(128).optional(),
  })
  .meta({ id: 'DecisionResult' })
export type DecisionResult = z.infer<typeof DecisionResult>

/** Body of `POST /api/v1/decisions/{id}/approve` and `/reject`. */
export const HumanVerdict = z.object({ reason: LongText.min(1) }).meta({ id: 'HumanVerdict' })
