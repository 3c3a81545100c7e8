/** Counts of what was done, by name. */
export interface Tally {
  add(name: string, count?: number): void
  /** `name 3, other 4`, or `none`. */
  text(): string
  of(name: string): number
}

export function createTally(): Tally {
  const counts = new Map<string, number>()
  return {
    add: (name, count = 1) => void counts.set(name, (counts.get(name) ?? 0) + count),
    of: (name) => counts.get(name) ?? 0,
    text: () => [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'none',
  }
}
