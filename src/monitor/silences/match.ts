import type { IssueLevel, Severity } from '../../contract/common.ts'
import type { AlertMatchers } from '../../contract/silences.ts'
import { globMatches } from '../../lib/glob.ts'

/** What of an alert is looked at. */
export interface MatchedAlert {
  type: string
  subject: string
  severity: Severity
  level: IssueLevel
  /** agent_ids from this monitor down to the node that the alert is about. */
  path: readonly string[]
}

/** Whether an alert is about a node of the scope, and of the kind that is named. */
export function covers(silence: { scope: string | null; matchers: AlertMatchers }, alert: MatchedAlert): boolean {
  const { type, subject, severity, level } = silence.matchers
  return (
    (silence.scope === null || alert.path.includes(silence.scope)) &&
    (type === undefined || globMatches(type, alert.type)) &&
    (subject === undefined || globMatches(subject, alert.subject)) &&
    (severity === undefined || severity === alert.severity) &&
    (level === undefined || level === alert.level)
  )
}
