import type { DecisionStatus, RolledDecision } from '../../contract/rollup.ts'
import type { Unit } from '../changes/units.ts'
import { dateOrNull } from '../../lib/time.ts'
import { taskOf } from '../intents/intents.store.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'
import {
  decisionOf,
  type DecisionRow,
  OWNER_SILENT,
  putRequest,
  putResult,
  keepTold,
  settleRow,
} from './decisions.store.ts'
import { tellExecuted, tellSettled, tellWaiting } from './settling.ts'

/**
 * Whether the state of a decision that comes from below replaces ours: whatever is settled there ends what is pending
 * here, and a refusal there ends an approval here, because nothing will be carried out any more. An end that was only
 * assumed here, because the owner was silent, gives way to what the owner says.
 */
export function takesFromBelow(local: { status: DecisionStatus; reason: string }, below: DecisionStatus): boolean {
  if (local.status === 'pending') return below !== 'pending'
  if (local.status === 'expired') return local.reason === OWNER_SILENT && (below === 'approved' || below === 'rejected')
  return local.status === 'approved' && (below === 'rejected' || below === 'expired')
}

/** Takes in the state of a decision that a monitor below reported. The same state twice changes nothing. */
export async function takeDecisionCopy(unit: Unit, node: NodeRow, rolled: RolledDecision, now: Date): Promise<void> {
  const known = await decisionOf(unit.tx, node.id, rolled.request_id)
  const row = known ?? (await copy(unit, node, rolled))
  const told = { hops: rolled.path, evidence: rolled.evidence }
  if (known && rolled.path.length > 0 && (await keepTold(unit.tx, row, told))) unit.changed('decision', row.id)
  if (!known) {
    if (row.status !== 'pending') await tellSettled(unit, row, node.agentId, now)
    else {
      unit.changed('decision', row.id)
      tellWaiting(unit, row, node.agentId)
    }
  } else if (takesFromBelow(row, rolled.status)) {
    const settled = await settleRow(unit.tx, row.id, settlementOf(row, rolled, now), row.status)
    if (settled) await tellSettled(unit, settled, node.agentId, now)
  }
  if (rolled.execution_result !== null && row.executionResult === null) {
    const result = {
      at: dateOrNull(rolled.executed_at),
      result: rolled.execution_result,
      output: rolled.execution_output,
      tookMs: rolled.execution_ms,
    }
    // A refusal here that came too late does not undo what was done: both are shown.
    const executed = await putResult(unit.tx, row.id, result, 'any')
    if (executed) await tellExecuted(unit, executed, node.agentId, now)
  }
}

async function copy(unit: Unit, node: NodeRow, rolled: RolledDecision): Promise<DecisionRow> {
  const { row } = await putRequest(unit.tx, {
    nodeId: node.id,
    requestId: rolled.request_id,
    issueType: rolled.issue_type,
    subject: '',
    issueDescription: rolled.issue_description,
    severity: rolled.severity,
    proposedAction: rolled.proposed_action,
    status: rolled.status,
    reason: rolled.reason,
    llmAnalysis: rolled.llm_analysis,
    decidedBy: rolled.decided_by,
    authority: rolled.authority,
    told: { hops: rolled.path, evidence: rolled.evidence },
    taskId: await taskOf(unit.tx, node.id, rolled.issue_type, ''),
    createdAt: new Date(rolled.created_at),
    decidedAt: dateOrNull(rolled.decided_at),
    expiresAt: new Date(rolled.expires_at),
  })
  return row
}

function settlementOf(row: DecisionRow, rolled: RolledDecision, now: Date) {
  return {
    status: rolled.status,
    reason: rolled.reason,
    llmAnalysis: rolled.llm_analysis ?? row.llmAnalysis,
    decidedBy: rolled.decided_by,
    authority: rolled.authority,
    hops: row.hops,
    decidedAt: now,
    expiresAt: new Date(rolled.expires_at),
  }
}
