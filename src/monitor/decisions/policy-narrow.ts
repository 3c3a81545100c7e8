import type { DecidedBy, DecisionStatus } from '../../contract/rollup.ts'
import type { PolicyOutcome } from './policy.ts'

/**
 * What an answer from above is worth at a hop: its own policy may only narrow it. What it denies is rejected whatever
 * came; where it wants a person, an approval counts when a person gave it, here or above, and waits for one otherwise.
 */
export function narrow(
  verdict: PolicyOutcome['verdict'],
  above: { status: DecisionStatus; decidedBy: DecidedBy | null },
): DecisionStatus {
  if (verdict === 'deny') return 'rejected'
  if (verdict === 'human' && above.status === 'approved' && above.decidedBy !== 'human') return 'pending'
  return above.status
}

/**
 * What a decision becomes here when its end comes down from above. What is settled here stands as `mergeSettled` says; a
 * monitor that is its own authority takes no approval from above, and else the own policy narrows.
 */
export function followed(
  local: DecisionStatus,
  above: { status: DecisionStatus; decidedBy: DecidedBy | null },
  here: { verdict: PolicyOutcome['verdict']; isAuthority: boolean },
): DecisionStatus {
  const { status } = mergeSettled({ status: local }, { status: above.status })
  if (status !== 'approved' || local !== 'pending') return status
  return here.isAuthority ? 'pending' : narrow(here.verdict, above)
}

/**
 * What is kept of a decision when an answer for it arrives from above: a rejection or an expiry stands for ever, an
 * approval can only be taken back, and what is pending takes the answer. Returns one of its two arguments.
 */
export function mergeSettled<T extends { status: DecisionStatus }>(local: T, above: T): T {
  switch (local.status) {
    case 'rejected':
    case 'expired':
      return local
    case 'approved':
      return above.status === 'rejected' || above.status === 'expired' ? above : local
    case 'pending':
      return above
  }
}
