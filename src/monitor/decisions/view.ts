import type { DecisionEvidence, DecisionHop } from '../../contract/decision-path.ts'
import type { Decision, DecisionAnswer, DecisionDetail } from '../../contract/decisions.ts'
import type { RolledDecision } from '../../contract/rollup.ts'
import { isoOrNull } from '../../lib/time.ts'
import type { DecisionRow } from './decisions.store.ts'
import { joinHops } from './own-verdict.ts'

/** A decision as the API shows it (spec: 决策管理接口 4). */
export function decisionView({ row, agentId }: { row: DecisionRow; agentId: string }): Decision {
  return {
    decision_id: row.id,
    agent_id: agentId,
    issue_type: row.issueType,
    issue_description: row.issueDescription,
    severity: row.severity,
    proposed_action: row.proposedAction,
    llm_analysis: row.llmAnalysis,
    status: row.status,
    reason: row.reason,
    created_at: row.createdAt.toISOString(),
    executed_at: isoOrNull(row.executedAt),
    execution_result: row.executionResult,
    execution_output: row.executionOutput,
    request_id: row.requestId,
    decided_by: row.decidedBy,
    decided_at: isoOrNull(row.decidedAt),
    authority: row.authority,
    path: row.hops,
    expires_at: row.expiresAt.toISOString(),
    execution_ms: row.executionMs,
    task_id: row.taskId,
  }
}

/** The same with its whole way. */
export function decisionDetail(found: { row: DecisionRow; agentId: string }, decidesHere: boolean): DecisionDetail {
  const { row } = found
  return {
    ...decisionView(found),
    whole_path: wholePath(row),
    evidence: evidenceOf(row),
    decides_here: decidesHere,
  }
}

/** What was said below, then what was said here and above. */
const wholePath = (row: DecisionRow): DecisionHop[] => joinHops(row.told?.hops ?? [], row.hops)

/** What was asked here; of a copy, what the monitor below sent along. */
function evidenceOf({ issue, context, told }: DecisionRow): DecisionEvidence | null {
  if (!issue) return told?.evidence ?? null
  return {
    subject: issue.subject ?? null,
    action: issue.action ?? null,
    risk_assessment: issue.risk_assessment ?? null,
    details: issue.details,
    context: context ?? {},
  }
}

/** What the asking node gets (spec: 决策管理接口 3). */
export function decisionAnswer(row: DecisionRow, nowMs: number): DecisionAnswer {
  const fresh = row.status === 'approved' && row.executionResult === null
  return {
    decision_id: row.id,
    request_id: row.requestId,
    status: row.status,
    reason: row.reason,
    llm_analysis: row.llmAnalysis,
    created_at: row.createdAt.toISOString(),
    decided_by: row.decidedBy,
    authority: row.authority,
    path: row.hops,
    expires_at: row.expiresAt.toISOString(),
    valid_for_ms: fresh ? Math.max(0, row.expiresAt.getTime() - nowMs) : 0,
  }
}

/** A decision as it travels up the tree. */
export function rolledDecision(row: DecisionRow, agentId: string): RolledDecision {
  return {
    kind: 'decision',
    agent_id: agentId,
    request_id: row.requestId,
    issue_type: row.issueType,
    issue_description: row.issueDescription,
    severity: row.severity,
    proposed_action: row.proposedAction,
    status: row.status,
    reason: row.reason,
    llm_analysis: row.llmAnalysis,
    decided_by: row.decidedBy,
    authority: row.authority,
    created_at: row.createdAt.toISOString(),
    decided_at: isoOrNull(row.decidedAt),
    expires_at: row.expiresAt.toISOString(),
    executed_at: isoOrNull(row.executedAt),
    execution_result: row.executionResult,
    execution_output: row.executionOutput,
    execution_ms: row.executionMs,
    path: wholePath(row),
    evidence: evidenceOf(row),
  }
}
