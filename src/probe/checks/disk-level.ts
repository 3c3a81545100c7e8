import type { IssueLevel } from '../../contract/common.ts'

export interface DiskState {
  percent: number
  freeBytes: number
  totalBytes: number
  /** Files that the probe may delete by itself are there now. */
  deletable: boolean
  /** How the last cleaning of this file system ended, while it is recent. */
  cleaned: 'not_tried' | 'done' | 'failed'
}

export interface DiskRules {
  warning: number
  after_cleaning: number
  high: number
  critical: number
  min_free_bytes: number
}

export interface DiskVerdict {
  level: IssueLevel | null
  reason:
    | 'enough_space'
    | 'cleanable'
    | 'nothing_to_clean'
    | 'cleaned_enough'
    | 'high'
    | 'full_after_cleaning'
    | 'cleaning_failed'
    | 'critical'
    | 'little_free'
}

/** Below this many times the minimum, a small file system (a boot partition) is judged by its percentage alone. */
const SMALL_FACTOR = 10

/**
 * The level of one file system: > critical %, too little free, or a cleaning that failed = L3; > high %, or still above
 * `after_cleaning` after a cleaning = L2; above `warning` with safely deletable files = L1.
 */
export function diskLevel(disk: DiskState, rules: DiskRules): DiskVerdict {
  const large = disk.totalBytes >= rules.min_free_bytes * SMALL_FACTOR
  if (disk.percent > rules.critical) return { level: 'L3', reason: 'critical' }
  if (large && disk.freeBytes < rules.min_free_bytes) return { level: 'L3', reason: 'little_free' }
  if (disk.percent > rules.warning && disk.cleaned === 'failed') return { level: 'L3', reason: 'cleaning_failed' }
  if (disk.percent > rules.high) return { level: 'L2', reason: 'high' }
  if (disk.percent <= rules.warning) return { level: null, reason: 'enough_space' }
  if (disk.cleaned === 'done') {
    return disk.percent > rules.after_cleaning
      ? { level: 'L2', reason: 'full_after_cleaning' }
      : { level: null, reason: 'cleaned_enough' }
  }
  return disk.deletable ? { level: 'L1', reason: 'cleanable' } : { level: null, reason: 'nothing_to_clean' }
}

/** The rules with every percentage lowered: what a raised issue has to go below to be good again. */
export function loweredBy(rules: DiskRules, margin: number, raised: IssueLevel | null): DiskRules {
  if (raised === null) return rules
  return {
    ...rules,
    warning: rules.warning - margin,
    after_cleaning: raised === 'L1' ? rules.after_cleaning : rules.after_cleaning - margin,
    high: raised === 'L1' ? rules.high : rules.high - margin,
    critical: raised === 'L3' ? rules.critical - margin : rules.critical,
  }
}
