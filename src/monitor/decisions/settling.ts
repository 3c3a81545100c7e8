import { appendAudit } from '../audit/audit.store.ts'
import type { Unit } from '../changes/units.ts'
import { closeTask, writeIntents } from '../intents/intents.store.ts'
import type { DecisionHop } from '../../contract/decision-path.ts'
import type { DecisionStatus } from '../../contract/rollup.ts'
import { approveRow, type DecisionRow, noteRow, settleRow, type Settlement } from './decisions.store.ts'

/**
 * Settles a decision, writes the intent and tells it, all in the caller's transaction. Null when it was settled by
 * somebody else in the meantime, or an approval came after its life: then nothing was written.
 */
export async function settleDecision(
  unit: Unit,
  row: DecisionRow,
  agentId: string,
  settlement: Settlement,
  from: DecisionStatus = 'pending',
): Promise<DecisionRow | null> {
  const settled =
    settlement.status === 'approved'
      ? await approveRow(unit.tx, row.id, settlement)
      : await settleRow(unit.tx, row.id, settlement, from)
  if (!settled) return null
  await tellSettled(unit, settled, agentId, settlement.decidedAt)
  return settled
}

/** Notes why a decision waits; what is new in it goes up, and the first time it is told. */
export async function noteWaiting(
  unit: Unit,
  row: DecisionRow,
  agentId: string,
  why: { reason: string; hops: DecisionHop[]; authority: string | null },
): Promise<void> {
  await noteRow(unit.tx, row.id, why)
  const said = (hops: readonly DecisionHop[]) =>
    JSON.stringify(hops.map((hop) => [hop.agent_id, hop.verdict, hop.reason]))
  if (said(row.hops) !== said(why.hops) || row.authority !== why.authority) unit.changed('decision', row.id)
  if (row.hops.length === 0) tellWaiting(unit, { ...row, ...why }, agentId)
}

/** Event of a decision that is there now and has no end yet. */
export function tellWaiting(unit: Unit, row: DecisionRow, agentId: string): void {
  unit.emit('decision_waiting', {
    decision_id: row.id,
    agent_id: agentId,
    issue_type: row.issueType,
    severity: row.severity,
    proposed_action: row.proposedAction,
    reason: row.reason,
    authority: row.authority,
    expires_at: row.expiresAt.toISOString(),
  })
}

/** Intent, audit entry, feed and event of a decision that has just got its status. */
export async function tellSettled(unit: Unit, row: DecisionRow, agentId: string, at: Date): Promise<void> {
  unit.changed('decision', row.id)
  await writeIntents(unit.tx, [
    {
      nodeId: row.nodeId,
      taskId: row.taskId,
      type: 'decision',
      data: `L2 Decision for ${agentId}: ${row.status} - ${row.issueType}`,
      actor: row.decidedBy === null ? row.authority : `${row.decidedBy}@${row.authority ?? ''}`,
      at,
    },
  ])
  const by = row.decidedBy === null ? 'decisions' : `${row.decidedBy}@${row.authority ?? ''}`
  await appendAudit(unit.tx, {
    actor: { kind: 'system', name: by },
    action: `decision.${row.status}`,
    target: agentId,
    details: { request_id: row.requestId, issue_type: row.issueType },
  })
  unit.emit('decision_completed', {
    decision_id: row.id,
    agent_id: agentId,
    status: row.status,
    issue_type: row.issueType,
    reason: row.reason,
    authority: row.authority,
  })
  unit.emit('decision_settled', {
    status: row.status,
    decided_by: row.decidedBy,
    took_ms: Math.max(0, at.getTime() - row.createdAt.getTime()),
  })
}

/** Intent, feed and event of an execution whose result is in the row. */
export async function tellExecuted(unit: Unit, row: DecisionRow, agentId: string, at: Date): Promise<void> {
  const result = row.executionResult ?? 'failed'
  unit.changed('decision', row.id)
  await writeIntents(unit.tx, [
    {
      nodeId: row.nodeId,
      taskId: row.taskId,
      type: result === 'success' ? 'milestone' : 'blocker',
      data: `Executed on ${agentId}: ${row.proposedAction} - ${result}`,
      actor: agentId,
      at,
    },
  ])
  if (result === 'success' && row.taskId !== null) await closeTask(unit.tx, row.taskId, at)
  unit.emit('decision_executed', {
    decision_id: row.id,
    agent_id: agentId,
    issue_type: row.issueType,
    execution_result: result,
  })
}
