import type { NodeStatus } from '../../contract/common.ts'

export interface ChildSign {
  nodeId: number
  status: NodeStatus
  /** Receipt time of the last report or heartbeat, by this monitor's clock. */
  lastSeenMs: number
}

export interface Silence {
  /** Have not been heard for too long, and it is they who are gone. */
  offline: number[]
  /** Have not been heard for too long, but so have most others: this monitor may be the one cut off. */
  unknown: number[]
  /** This monitor suspects itself. */
  suspect: boolean
}

/** With fewer children than this, "most of them" says nothing about the monitor itself. */
const minChildrenToSuspectSelf = 3

/**
 * Judges the silence of children. It counts from the latest of: last sign, the monitor's own start, its last time
 * online (`sinceMs`); so neither a restart nor an outage of the monitor makes a node offline. A last sign in the future is
 * from before the clock was set back and says nothing. When more than half of
 * the children have been quiet for half the time-out, the monitor suspects itself.
 */
export function judgeSilence(input: {
  nowMs: number
  offlineAfterMs: number
  sinceMs: number
  children: readonly ChildSign[]
}): Silence {
  const { nowMs, offlineAfterMs, sinceMs, children } = input
  const watched = children.filter((child) => child.status === 'online' || child.status === 'unknown')
  const silentMs = (child: ChildSign) =>
    nowMs - (child.lastSeenMs > nowMs ? sinceMs : Math.max(child.lastSeenMs, sinceMs))
  const late = watched.filter((child) => silentMs(child) > offlineAfterMs / 2)
  const silent = late.filter((child) => silentMs(child) > offlineAfterMs)
  const suspect = watched.length >= minChildrenToSuspectSelf && late.length > watched.length / 2 && silent.length > 0
  const ids = silent.map((child) => child.nodeId)
  return suspect ? { offline: [], unknown: ids, suspect } : { offline: ids, unknown: [], suspect }
}
