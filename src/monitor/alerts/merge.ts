import type { Severity } from '../../contract/common.ts'
import type { AlertStatus } from '../../contract/rollup.ts'

const statusRank: Record<AlertStatus, number> = { new: 0, acknowledged: 1, resolved: 2 }
const severityRank: Record<Severity, number> = { low: 0, medium: 1, high: 2, critical: 3 }

/** An alert only moves forward: new → acknowledged → resolved, wherever in the tree somebody acts first. */
export function isStatusAhead(next: AlertStatus, current: AlertStatus): boolean {
  return statusRank[next] > statusRank[current]
}

export function isMoreSevere(next: Severity, current: Severity): boolean {
  return severityRank[next] > severityRank[current]
}

/**
 * Whether a further occurrence is passed on up the tree: the 2nd, 4th, 8th … are, so that a fault which repeats
 * with every report costs its ancestors a handful of changes instead of thousands.
 */
export function isOccurrenceWorthTelling(occurrences: number): boolean {
  return Number.isInteger(Math.log2(occurrences))
}
