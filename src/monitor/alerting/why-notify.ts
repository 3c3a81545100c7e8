import type { Severity } from '../../contract/common.ts'
import type { NotifyReason, QuietReason } from '../../contract/alerting.ts'
import type { AlertStatus } from '../../contract/rollup.ts'
import { isMoreSevere } from '../alerts/merge.ts'
import type { Belief } from './belief.ts'

/** What is looked at to decide whether a channel is told of a fault. */
export interface Case {
  nowMs: number
  channel: { minSeverity: Severity | null; subtree: string | null; sendResolved: boolean }
  /** The open alert of the fault; of one that is over, its last. */
  alert: {
    status: AlertStatus
    severity: Severity
    path: readonly string[]
    /** Its rule's own, if it has one. */
    repeatMs: number | null
    /** Raised by a monitor because it does not hear somebody. */
    isSilence: boolean
  }
  belief: Belief
  /** What kind of silence covers the alert now. */
  silencedBy: 'silence' | 'maintenance' | null
  /** The alert of a region that is out of reach speaks for everything below it. */
  covered: boolean
  /** This monitor suspects that it is itself cut off. */
  unsure: boolean
  /** When the channel was told anew of this fault, in ms. */
  firsts: readonly number[]
}

export interface AlertingLimits {
  /** A first notice and a recovery wait so long for others of their group. */
  groupWaitMs: number
  repeatMs: number
  /** A fault that begins more than `flapMax` times in `flapWindowMs` is not told anew until the window has passed. */
  flapWindowMs: number
  flapMax: number
}

/** `untilMs`: when the reason may end by itself. `settled`: nothing will be told of it any more. */
export type Verdict = { notify: NotifyReason } | { quiet: QuietReason; untilMs?: number; settled?: true }

/** Whether a channel is told of a fault now, and why or why not. Waiting for the group comes after this (`gather.ts`). */
export function whyNotify(given: Case, limits: AlertingLimits): Verdict {
  const { alert, channel, belief, silencedBy } = given
  if (belief.state === 'undelivered') return { quiet: 'undelivered' }
  const isOver = alert.status === 'resolved'
  if (isOver && belief.state === 'quiet') return { quiet: 'ended', settled: true }
  if (isOver && belief.state === 'firing' && !belief.reached) return { quiet: 'never-told', settled: true }

  const outside = whyNotForChannel(channel, alert)
  if (outside) return isOver ? { quiet: outside, settled: true } : { quiet: outside }
  if (isOver && !channel.sendResolved) return { quiet: 'not-sent-resolved', settled: true }
  if (silencedBy) return { quiet: silencedBy === 'silence' ? 'silenced' : 'maintenance' }
  if (isOver) return { notify: 'recovered' }
  return whyNotifyOpen(given, limits)
}

function whyNotifyOpen(given: Case, limits: AlertingLimits): Verdict {
  const { nowMs, alert, belief, firsts } = given
  if (given.unsure && alert.isSilence) return { quiet: 'monitor-unsure' }
  if (given.covered) return { quiet: 'covered' }
  if (belief.state === 'firing') {
    // What may be known already is told again, not as news.
    if (isMoreSevere(alert.severity, belief.severity)) return { notify: belief.guessed ? 'repeat-due' : 'more-severe' }
    if (alert.status === 'acknowledged') return { quiet: 'acknowledged' }
    const untilMs = belief.stale ? nowMs : belief.toldAtMs + (alert.repeatMs ?? limits.repeatMs)
    return nowMs >= untilMs ? { notify: 'repeat-due' } : { quiet: 'already-told', untilMs }
  }
  if (alert.status === 'acknowledged') return { quiet: 'acknowledged' }
  const recent = firsts.filter((at) => at > nowMs - limits.flapWindowMs)
  const oldest = recent.at(-limits.flapMax)
  if (oldest !== undefined) return { quiet: 'flapping', untilMs: oldest + limits.flapWindowMs }
  return { notify: 'first' }
}

/** Whether the channel is not for alerts like this one at all. */
export function whyNotForChannel(
  channel: Case['channel'],
  alert: Pick<Case['alert'], 'severity' | 'path'>,
): 'outside-subtree' | 'below-severity' | null {
  if (channel.subtree !== null && !alert.path.includes(channel.subtree)) return 'outside-subtree'
  if (channel.minSeverity !== null && isMoreSevere(channel.minSeverity, alert.severity)) return 'below-severity'
  return null
}
