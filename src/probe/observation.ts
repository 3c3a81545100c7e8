import type { Action } from '../contract/actions.ts'
import type { IssueLevel, Severity } from '../contract/common.ts'

/**
 * What a check saw of one subject at one moment. `type` and `subject` together name a fault for its whole life; `level`
 * null means that all is well.
 */
export interface Observation {
  type: string
  subject: string
  level: IssueLevel | null
  severity: Severity
  description: string
  details: Record<string, unknown>
  /** What would repair it: run at once on L1, asked for on L2, absent when only a person can help. */
  action?: Action
  risk?: string
}

/** The name of a fault on this host. */
export function faultKey(fault: { type: string; subject: string }): string {
  return `${fault.type}|${fault.subject}`
}

/** A good observation: nothing to say but which fault is not there. */
export function good(type: string, subject: string): Observation {
  return { type, subject, level: null, severity: 'low', description: '', details: {} }
}
