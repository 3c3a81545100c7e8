import type { Action } from '../../contract/actions.ts'
import type { IssueLevel } from '../../contract/common.ts'

export interface Thresholds {
  warning: number
  critical: number
  /** Once raised, a level goes only below its threshold minus this. */
  margin: number
}

/** Where a value stands; above a threshold, not on it, is beyond. */
export function zoneOf(
  value: number,
  { warning, critical, margin }: Thresholds,
  raised: IssueLevel | null,
): 'good' | 'warning' | 'critical' {
  if (value > critical - (raised === 'L3' ? margin : 0)) return 'critical'
  if (value > warning - (raised === null ? 0 : margin)) return 'warning'
  return 'good'
}

/** Beyond critical a person is called; a warning asks for approval when it has a fix, and else is only shown. */
export function levelOfZone(zone: 'good' | 'warning' | 'critical', action: Action | undefined): IssueLevel | null {
  if (zone === 'good') return null
  if (zone === 'critical') return 'L3'
  return action ? 'L2' : 'L1'
}
