/** What is wrong, by a rule. */
export interface Bounds {
  wrongWhen: 'above' | 'below'
  threshold: number
  /** An alert ends only on the other side of this. */
  recovery: number
  durationMs: number
}

/** Where a rule stands with a node; null: nothing is wrong. */
export interface RuleState {
  phase: 'pending' | 'firing'
  /** Since when it is wrong without a break. */
  sinceMs: number
  lastAtMs: number
  /** Whether its alert is still open; somebody may have closed it by hand. */
  alertOpen: boolean
}

export interface Judgement {
  /** What is true from now on. The very object that was given: nothing has to be written. */
  state: Omit<RuleState, 'alertOpen'> | null
  act: 'raise' | 'end' | null
  reason:
    | 'within_threshold'
    | 'breach_began'
    | 'still_counting'
    /** There was no sample for too long: what happened in between is not known, so it is not counted. */
    | 'samples_missing'
    /** The alert was ended by a person while it was still wrong: it has to hold as long again. */
    | 'closed_by_hand'
    | 'held_long_enough'
    | 'still_breached'
    /** Below the threshold again, but not beyond the point of recovery. */
    | 'not_recovered'
    | 'recovered'
}

/**
 * Judges one sample of one node by one rule. A breach has to hold for the rule's duration, over samples that are at most
 * `maxGapMs` apart, before it is raised; what was raised ends only beyond the point of recovery. Times are receipt times.
 */
export function judgeSample(
  bounds: Bounds,
  state: RuleState | null,
  sample: { value: number; atMs: number },
  maxGapMs: number,
): Judgement {
  const breached = isBreach(bounds, sample.value)
  if (state?.phase === 'firing' && state.alertOpen) {
    if (breached) return { state, act: 'raise', reason: 'still_breached' }
    if (!isRecovered(bounds, sample.value)) return { state, act: null, reason: 'not_recovered' }
    return { state: null, act: 'end', reason: 'recovered' }
  }
  if (!breached) return { state: null, act: null, reason: 'within_threshold' }
  const { sinceMs, reason } = beginning(state, sample.atMs, maxGapMs)
  const lastAtMs = sample.atMs
  return sample.atMs - sinceMs >= bounds.durationMs
    ? { state: { phase: 'firing', sinceMs, lastAtMs }, act: 'raise', reason: 'held_long_enough' }
    : { state: { phase: 'pending', sinceMs, lastAtMs }, act: null, reason }
}

const isBreach = ({ wrongWhen, threshold }: Bounds, value: number): boolean =>
  wrongWhen === 'above' ? value >= threshold : value < threshold

const isRecovered = ({ wrongWhen, recovery }: Bounds, value: number): boolean =>
  wrongWhen === 'above' ? value < recovery : value >= recovery

function beginning(
  state: RuleState | null,
  atMs: number,
  maxGapMs: number,
): { sinceMs: number; reason: Judgement['reason'] } {
  if (!state) return { sinceMs: atMs, reason: 'breach_began' }
  if (state.phase === 'firing') return { sinceMs: atMs, reason: 'closed_by_hand' }
  const gapMs = atMs - state.lastAtMs
  // A clock that was set back says no more of the time between than a gap does.
  if (gapMs > maxGapMs || gapMs < 0) return { sinceMs: atMs, reason: 'samples_missing' }
  return { sinceMs: state.sinceMs, reason: 'still_counting' }
}
