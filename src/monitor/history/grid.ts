const minute = 60
const hour = 3_600
const day = 86_400
/** Widths that a person can say; from a minute on they are whole minutes, from an hour on whole hours. */
const widths = [
  ...[1, 2, 3, 5, 10, 15, 20, 30],
  ...[1, 2, 3, 4, 5, 10, 15, 20, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 4, 6, 8, 12, 24].map((hours) => hours * hour),
]

/** What points are made from: every report, or the summaries of minutes or hours. */
export type Level = 'report' | 'minute' | 'hour'
export const levelMs = { report: 1, minute: minute * 1000, hour: hour * 1000 } as const satisfies Record<Level, number>

/** A piece of time, from `fromMs` (included) to `toMs` (not included). */
export interface Piece {
  level: Level
  fromMs: number
  toMs: number
}

/** The buckets of a chart: their width, and the beginning of one of them. */
export interface Grid {
  resolutionS: number
  originMs: number
}

/**
 * A grid in which a span has at most `limit` buckets. Its lines stand still while the span moves on with the clock, so that no
 * peak wanders from one bucket to another when a chart is drawn anew. `leastS` makes buckets at least as wide as that.
 */
export function gridOf({ fromMs, toMs }: { fromMs: number; toMs: number }, limit: number, leastS = 1): Grid {
  if (limit === 1) {
    const stepMs = levelMs[levelOf(Math.max(leastS, (toMs - fromMs) / 1000))]
    const originMs = Math.floor(fromMs / stepMs) * stepMs
    const stepS = Math.max(1, stepMs / 1000)
    return { resolutionS: Math.max(1, Math.ceil((toMs - originMs) / 1000 / stepS)) * stepS, originMs }
  }
  const neededS = Math.max(leastS, (toMs - fromMs) / 1000 / (limit - 1))
  const resolutionS = widths.find((width) => width >= neededS) ?? Math.ceil(neededS / day) * day
  return { resolutionS, originMs: 0 }
}

/** The coarsest level that buckets of this width can be made from. */
export function levelOf(resolutionS: number): Level {
  if (resolutionS >= hour) return 'hour'
  return resolutionS >= minute ? 'minute' : 'report'
}

/**
 * Cuts a span into what whole hours say, what is left of whole minutes at its ends, and the reports of the rest: every moment
 * is in exactly one piece. `coarsest` is the coarsest level that may be used.
 */
export function cutSpan(fromMs: number, toMs: number, coarsest: Level): Piece[] {
  if (fromMs >= toMs) return []
  if (coarsest === 'report') return [{ level: 'report', fromMs, toMs }]
  const finer = coarsest === 'hour' ? 'minute' : 'report'
  const first = Math.ceil(fromMs / levelMs[coarsest]) * levelMs[coarsest]
  const last = Math.floor(toMs / levelMs[coarsest]) * levelMs[coarsest]
  if (first >= last) return cutSpan(fromMs, toMs, finer)
  return [
    ...cutSpan(fromMs, first, finer),
    { level: coarsest, fromMs: first, toMs: last },
    ...cutSpan(last, toMs, finer),
  ]
}
