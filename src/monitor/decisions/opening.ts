import type { DecisionRequest } from '../../contract/decisions.ts'
import { issueSubject } from '../../contract/subject.ts'
import type { Unit } from '../changes/units.ts'
import { taskOf, writeIntents } from '../intents/intents.store.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'
import { differentRequest } from './decisions.errors.ts'
import { adoptCopy, type DecisionRow, putRequest, recentDecision } from './decisions.store.ts'

/**
 * The decision of a request, made now if there is none. With `joins`, a request without a `request_id` belongs to the
 * young decision about the same fault. Throws CONFLICT when its request_id belongs to something else.
 */
export async function openRequest(
  unit: Unit,
  node: NodeRow,
  request: DecisionRequest,
  options: { joins: boolean; lifeMs: number; authority: string | null; at: Date; newId: () => string },
): Promise<{ row: DecisionRow; isNew: boolean }> {
  const { issue, context } = request
  const { joins, lifeMs, authority, at, newId } = options
  const subject = issueSubject(issue)
  const expiresAt = new Date(at.getTime() + lifeMs)
  // Only of those that it came through; this monitor speaks for itself.
  const hops = (request.hops ?? []).filter((hop) => request.path?.includes(hop.agent_id))
  const told = hops.length === 0 ? null : { hops, evidence: null }
  // Holds the task's row until the commit: of two that ask about one fault, the second finds what the first made.
  const taskId = await taskOf(unit.tx, node.id, issue.type, subject)
  if (joins && request.request_id === undefined) {
    const since = new Date(at.getTime() - lifeMs)
    const recent = await recentDecision(unit.tx, node.id, issue.type, subject, since)
    if (recent && stillHolds(recent, issue.proposed_fix, at)) return { row: recent, isNew: false }
  }
  const { row, created } = await putRequest(unit.tx, {
    nodeId: node.id,
    requestId: request.request_id ?? newId(),
    issueType: issue.type,
    subject,
    issueDescription: issue.description,
    severity: issue.severity,
    proposedAction: issue.proposed_fix,
    issue,
    context,
    taskId,
    told,
    authority,
    createdAt: at,
    expiresAt,
  })
  if (row.issueType !== issue.type || row.proposedAction !== issue.proposed_fix) throw differentRequest(row.requestId)
  if (created) await tellOpened(unit, row, node)
  const adopted =
    row.issue === null
      ? await adoptCopy(unit.tx, row.id, { issue, context, subject, taskId, expiresAt, told: told ?? row.told })
      : null
  return { row: adopted ?? row, isNew: created }
}

async function tellOpened(unit: Unit, row: DecisionRow, { agentId }: NodeRow): Promise<void> {
  unit.changed('decision', row.id)
  await writeIntents(unit.tx, [
    {
      nodeId: row.nodeId,
      taskId: row.taskId,
      type: 'note',
      data: `L2 request from ${agentId}: ${row.issueType} - ${row.proposedAction}`,
      actor: agentId,
      at: row.createdAt,
    },
  ])
}

/** Whether a decision still answers for that fix: an expired one does not, nor an approval that is no longer fresh. */
function stillHolds(row: DecisionRow, fix: string, now: Date): boolean {
  if (row.proposedAction !== fix || row.status === 'expired') return false
  return row.status === 'rejected' || row.expiresAt > now
}
