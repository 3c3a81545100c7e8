/**
 * A moment on the monotonic clock of one boot. The clock runs on over restarts of this program, but not over a reboot,
 * so moments of different boots cannot be compared.
 */
export interface Moment {
  bootId: string
  monotonicMs: number
}

/** Milliseconds from `then` to `now`, or null when they are of different boots. */
export function elapsedMs(then: Moment, now: Moment): number | null {
  if (then.bootId !== now.bootId || now.monotonicMs < then.monotonicMs) return null
  return now.monotonicMs - then.monotonicMs
}

export interface Approval {
  askedAt: Moment
  lifeMs: number
  approvedAt: Moment
  validForMs: number
}

/**
 * Why an approved action may not run now, or null when it may: only while the approval is fresh, counted from the question
 * that it answered, and only within the life of the request, counted from our first asking.
 */
export function whyNotRun(approval: Approval, now: Moment): 'approval_stale' | 'request_expired' | 'rebooted' | null {
  const sinceApproval = elapsedMs(approval.approvedAt, now)
  const sinceAsked = elapsedMs(approval.askedAt, now)
  if (sinceApproval === null || sinceAsked === null) return 'rebooted'
  if (sinceApproval >= approval.validForMs) return 'approval_stale'
  if (sinceAsked >= approval.lifeMs) return 'request_expired'
  return null
}
