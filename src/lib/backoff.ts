/**
 * How long to wait after the `attempt`-th failure in a row (1 = the first): exponential with full jitter, so that nodes
 * cut off together do not come back together. The answer lies between `minMs` and `maxMs`.
 */
export function backoffMs(options: { attempt: number; minMs: number; maxMs: number; random: () => number }): number {
  const { attempt, minMs, maxMs, random } = options
  const doublings = Math.min(Math.max(attempt, 1), 31)
  const ceilingMs = Math.min(maxMs, minMs * 2 ** doublings)
  return Math.round(minMs + random() * Math.max(0, ceilingMs - minMs))
}
