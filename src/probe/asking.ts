import { isDeepStrictEqual } from 'node:util'
import { actionText } from '../contract/actions.ts'
import type { DecisionRequest } from '../contract/decisions.ts'
import type { Entry } from './journal/entry.ts'
import type { Observation } from './observation.ts'

export type BeforeAsking =
  /** Nothing stands in the way of a new request. */
  | { ask: true }
  /** The last request is still what there is to say of this fault; its id is shown with the issue. */
  | { ask: false; requestId: string; resume: boolean }

/**
 * Whether a fault is asked about anew. An open request is gone on with; after a rejection, after a run that did not help
 * and after an expiry by the monitor, the same fault waits for the cool-down, unless it had another level meanwhile.
 */
export function beforeAsking(
  last: Entry | null,
  fault: Observation,
  {
    nowMs,
    coolDownMs,
    lifeLeftMs,
    levelChanged,
  }: { nowMs: number; coolDownMs: number; lifeLeftMs: number; levelChanged: boolean },
): BeforeAsking {
  if (last === null) return { ask: true }
  if (last.state === 'asked' || last.state === 'approved') {
    const same = isDeepStrictEqual(last.action, fault.action)
    return same && lifeLeftMs > 0 ? { ask: false, requestId: last.requestId, resume: true } : { ask: true }
  }
  if (last.state === 'executing') return { ask: false, requestId: last.requestId, resume: false }
  const cools =
    last.state === 'refused' ||
    (last.state === 'done' && last.result !== 'success') ||
    (last.state === 'expired' && last.decisionId !== null)
  const since = nowMs - (last.finishedAtMs ?? last.createdAtMs)
  return cools && !levelChanged && since >= 0 && since < coolDownMs
    ? { ask: false, requestId: last.requestId, resume: false }
    : { ask: true }
}

/** The question that goes up. The typed action is what will be run; the text is how it is shown. */
export function requestOf(
  entry: Entry,
  { agentId, history, load }: { agentId: string; history: readonly Entry[]; load: string },
): DecisionRequest {
  const { issue, action } = entry
  return {
    agent_id: agentId,
    request_id: entry.requestId,
    issue: {
      type: issue.type,
      description: issue.description,
      severity: issue.severity,
      proposed_fix: actionText(action),
      ...(issue.risk === undefined ? {} : { risk_assessment: issue.risk }),
      details: issue.details,
      subject: issue.subject,
      action,
    },
    context: {
      recent_events: history.map(
        (run) =>
          `${new Date(run.finishedAtMs ?? run.createdAtMs).toISOString()} ${run.level} ${actionText(run.action)}: ${run.result}`,
      ),
      current_load: load,
    },
  }
}
