import type { IssueReport, ReportDecision } from '../../contract/reports.ts'
import { issueSubject } from '../../contract/subject.ts'
import type { Database } from '../../db/open.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'
import type { Decisions } from './decisions.service.ts'
import { recentDecision } from './decisions.store.ts'

/** How many L2 issues of one report are decided; a node with more than that needs a person. */
const maxPerReport = 50

/**
 * Decides the L2 issues of a report within `waitMs` (rulings: L2 inside a report). An issue that carries no request_id
 * belongs to the decision of the same fault that is still young, so that a fault which stays in every report is asked once.
 */
export async function decideIssues(
  parts: { database: Database; decisions: Decisions; clock: () => number; lifeMs: number },
  node: NodeRow,
  issues: readonly IssueReport[],
  waitMs: number,
): Promise<ReportDecision[]> {
  const { database, decisions, clock, lifeMs } = parts
  const asking = issues.filter((issue) => issue.level === 'L2' && issue.proposed_fix).slice(0, maxPerReport)
  return await Promise.all(
    asking.map(async (issue) => {
      const subject = issueSubject(issue)
      const since = new Date(clock() - lifeMs)
      const recent = issue.request_id ? null : await recentDecision(database.db, node.id, issue.type, subject, since)
      const same = recent && recent.proposedAction === issue.proposed_fix && recent.status !== 'expired' ? recent : null
      const answer = await decisions.request(
        node,
        {
          agent_id: node.agentId,
          issue: { ...issue, proposed_fix: issue.proposed_fix ?? '' },
          context: {},
          request_id: issue.request_id ?? same?.requestId,
        },
        waitMs,
      )
      return {
        decision_id: answer.decision_id,
        issue_type: issue.type,
        status: answer.status,
        reason: answer.reason,
        request_id: answer.request_id,
      }
    }),
  )
}
