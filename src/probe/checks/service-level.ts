import type { IssueLevel } from '../../contract/common.ts'

export interface ServiceState {
  well: boolean
  autoRestart: boolean
  /** There is a way to start it: a unit, or a start command. */
  startable: boolean
  restartsLastHour: number
  maxRestartsPerHour: number
  /** Starts in a row, up to now, after which it was not well. */
  failedStarts: number
  startAttempts: number
  /** The last approved start failed: what was asked for did not help. */
  approvedStartFailed: boolean
  raised: IssueLevel | null
}

export interface ServiceVerdict {
  level: IssueLevel | null
  reason: 'well' | 'restart' | 'needs_approval' | 'restarted_too_often' | 'cannot_be_started' | 'no_way_to_start'
}

/**
 * The level of a service that is down: cannot be started = L3, and stays L3 until it is well; marked `auto_restart` and
 * rarely restarted = L1; else L2.
 */
export function serviceLevel(service: ServiceState): ServiceVerdict {
  if (service.well) return { level: null, reason: 'well' }
  if (!service.startable) return { level: 'L3', reason: 'no_way_to_start' }
  if (service.raised === 'L3' || service.approvedStartFailed || service.failedStarts >= service.startAttempts) {
    return { level: 'L3', reason: 'cannot_be_started' }
  }
  if (!service.autoRestart) return { level: 'L2', reason: 'needs_approval' }
  if (service.restartsLastHour >= service.maxRestartsPerHour) return { level: 'L2', reason: 'restarted_too_often' }
  return { level: 'L1', reason: 'restart' }
}
