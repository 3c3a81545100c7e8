/** Counts of what was done, by name. */
export interface Tally {
  add(name: string, count?: number): void
  /** By name, the first counted first. */
  counts(): ReadonlyMap<string, number>
}

export function createTally(): Tally {
  const counts = new Map<string, number>()
  return {
    add: (name, count = 1) => void counts.set(name, (counts.get(name) ?? 0) + count),
    counts: () => counts,
  }
}
