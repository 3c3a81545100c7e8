const windowMs = 3_600_000

export interface Budget {
  /** Spends one judgement of the hour; false when none is left. */
  take(): boolean
  /** Counts what was spent before this start, as if it were spent now: it never allows too much. */
  seed(used: number): void
  used(): number
  exhausted(): boolean
}

/** At most `perHour` judgements in any 60 minutes. Remembers no more than that many times. */
export function createBudget({ perHour, clock }: { perHour: number; clock: () => number }): Budget {
  const spentAt: number[] = []

  const used = (): number => {
    const since = clock() - windowMs
    while (spentAt[0] !== undefined && spentAt[0] <= since) spentAt.shift()
    return spentAt.length
  }

  return {
    take() {
      if (used() >= perHour) return false
      spentAt.push(clock())
      return true
    },
    seed(count) {
      const room = perHour - used()
      for (let spent = 0; spent < Math.min(count, room); spent++) spentAt.push(clock())
    },
    used,
    exhausted: () => used() >= perHour,
  }
}
