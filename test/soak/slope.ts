/** One figure over time. */
export interface Sample {
  atMs: number
  value: number
}

/** How a figure went in the second half of a run. */
export interface Trend {
  /** By the line that lies nearest to all samples: from its beginning to its end. */
  from: number
  to: number
  isFlat: boolean
}

/** What a figure may grow from the middle of the run to its end and still be called flat. */
export interface Tolerance {
  share: number
  amount: number
}

const minSamples = 4

/** Null when there are too few samples to say. What falls is flat. */
export function trendOf(samples: readonly Sample[], tolerance: Tolerance): Trend | null {
  const first = samples[0]
  const last = samples.at(-1)
  if (!first || !last || samples.length < minSamples) return null
  const meanAt = samples.reduce((sum, { atMs }) => sum + atMs, 0) / samples.length
  const mean = samples.reduce((sum, { value }) => sum + value, 0) / samples.length
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0)
  const slope =
    spread === 0 ? 0 : samples.reduce((sum, { atMs, value }) => sum + (atMs - meanAt) * (value - mean), 0) / spread
  const [from, to] = [first, last].map(({ atMs }) => mean + slope * (atMs - meanAt)) as [number, number]
  return { from, to, isFlat: to - from <= Math.max(Math.abs(from) * tolerance.share, tolerance.amount) }
}
