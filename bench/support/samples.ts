/** Figures of one measurement, and what is said of them. Times in ms. */
export interface Spread {
  count: number
  mean: number
  p50: number
  p99: number
}

export function spreadOf(samples: ArrayLike<number>): Spread {
  const sorted = Float64Array.from(samples).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return {
    count: sorted.length,
    mean: sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length,
    p50: at(0.5),
    p99: at(0.99),
  }
}

/** The middle one: what a noisy round cannot pull away. */
export const medianOf = (values: readonly number[]): number => spreadOf(values).p50
