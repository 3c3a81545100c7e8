import { AppError } from '../../contract/errors.ts'
import type { IssueReport, ReportDecision } from '../../contract/reports.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'
import type { Decisions } from './decisions.service.ts'

/** How many L2 issues of one report are decided; a node with more than that needs a person. */
const maxPerReport = 50

/**
 * Decides the L2 issues of a report within `waitMs` (rulings: L2 inside a report). An issue that carries no request_id
 * belongs to the decision of the same fault that is still young, so that a fault which stays in every report is asked once.
 * One whose request_id belongs to something else gets no decision: the report is stored already, and stays accepted.
 */
export async function decideIssues(
  { decisions }: { decisions: Decisions },
  node: NodeRow,
  issues: readonly IssueReport[],
  waitMs: number,
): Promise<ReportDecision[]> {
  const asking = issues.filter((issue) => issue.level === 'L2' && issue.proposed_fix).slice(0, maxPerReport)
  const decided = await Promise.all(asking.map((issue) => decideIssue(decisions, node, issue, waitMs)))
  return decided.filter((decision) => decision !== null)
}

async function decideIssue(
  decisions: Decisions,
  node: NodeRow,
  issue: IssueReport,
  waitMs: number,
): Promise<ReportDecision | null> {
  const request = {
    agent_id: node.agentId,
    issue: { ...issue, proposed_fix: issue.proposed_fix ?? '' },
    context: {},
    request_id: issue.request_id,
  }
  try {
    const answer = await decisions.request(node, request, waitMs, { joins: true })
    return {
      decision_id: answer.decision_id,
      issue_type: issue.type,
      status: answer.status,
      reason: answer.reason,
      request_id: answer.request_id,
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFLICT') return null
    throw error
  }
}
