import { actionText } from '../contract/actions.ts'
import type { ActionReport, IssueReport, Report } from '../contract/reports.ts'
import type { Inspection } from '../contract/self.ts'
import type { Entry } from './journal/entry.ts'
import type { Observation } from './observation.ts'

const MAX_SUBJECT = 512
const MAX_DETAILS = 16_384

/** A fault as a report carries it; `requestId` is the decision request of an L2, `note` why an L1 was not repaired. */
export function issueOf(
  fault: Observation,
  { at, requestId, note }: { at: string; requestId?: string | undefined; note?: string | undefined },
): IssueReport {
  return {
    level: fault.level ?? 'L1',
    type: fault.type,
    description: note === undefined ? fault.description : `${fault.description}（${note}）`,
    severity: fault.severity,
    details: fault.details,
    timestamp: at,
    subject: fault.subject.slice(0, MAX_SUBJECT),
    ...(fault.action ? { action: fault.action, proposed_fix: actionText(fault.action) } : {}),
    ...(fault.risk === undefined ? {} : { risk_assessment: fault.risk }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  }
}

/** A finished run as `actions_taken` carries it. */
export function actionTakenOf(entry: Entry): ActionReport {
  return {
    level: entry.level,
    action: actionText(entry.action).slice(0, 512),
    result: entry.result ?? 'failed',
    details: entry.output.slice(0, MAX_DETAILS),
    timestamp: new Date(entry.finishedAtMs ?? entry.createdAtMs).toISOString(),
    issue_type: entry.issue.type,
    subject: entry.issue.subject.slice(0, MAX_SUBJECT),
    ...(entry.level === 'L2' ? { request_id: entry.requestId } : {}),
    ...(entry.decisionId === null ? {} : { decision_id: entry.decisionId }),
  }
}

/** The report of one inspection: the whole list of what is wrong now. */
export function reportOf(
  inspection: Inspection,
  {
    agentId,
    version,
    reportUid,
    intervalS,
  }: { agentId: string; version: string; reportUid: string; intervalS: number },
): Report {
  return {
    agent_id: agentId,
    timestamp: inspection.started_at,
    status: inspection.status,
    metrics: inspection.metrics,
    issues: inspection.issues,
    actions_taken: inspection.actions_taken,
    metadata: {
      probe_version: version,
      report_interval_s: intervalS,
      execution_time_seconds: Math.round(inspection.took_ms) / 1000,
      issues_complete: true,
    },
    report_uid: reportUid,
  }
}
