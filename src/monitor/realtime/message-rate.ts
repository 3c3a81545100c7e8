const windowMs = 1_000

/** Counts what one client sends; `allows` is false from the message on that is one too many in any window of a second. */
export function createMessageRate({ maxPerSecond, clock }: { maxPerSecond: number; clock: () => number }) {
  /** Times of the last `maxPerSecond` messages, in a ring. */
  const times: number[] = []
  let next = 0
  return {
    allows(): boolean {
      const now = clock()
      const oldest = times[next]
      // A clock that was set back must not make an honest client look fast: times ahead of now do not count.
      const tooMany = oldest !== undefined && oldest <= now && now - oldest < windowMs
      times[next] = now
      next = (next + 1) % maxPerSecond
      return !tooMany
    },
  }
}
