import type { IssueLevel } from '../contract/common.ts'

/** What is shown of a fault, and what speaks for changing it. */
export interface Streak {
  raised: IssueLevel | null
  /** Samples in a row that were worse than `raised`, and the mildest of them. */
  worse: number
  mildest: IssueLevel | null
  /** Samples in a row that were better than `raised`, and the worst of them. */
  better: number
  worst: IssueLevel | null
}

export const calm: Streak = settled(null)

/** A streak whose level is certain, as after a repair that was verified. */
export function settled(level: IssueLevel | null): Streak {
  return { raised: level, worse: 0, mildest: null, better: 0, worst: null }
}

const rank = (level: IssueLevel | null): number => (level === null ? 0 : Number(level[1]))

/**
 * The next state after one sample: an issue appears, or gets worse, after `badSamples` in a row that agree, and goes, or
 * gets better, after `goodSamples`. Between them a fault that comes and goes changes nothing.
 */
export function step(
  streak: Streak,
  seen: IssueLevel | null,
  { badSamples, goodSamples }: { badSamples: number; goodSamples: number },
): Streak {
  if (rank(seen) === rank(streak.raised)) return settled(streak.raised)
  if (rank(seen) > rank(streak.raised)) {
    const worse = streak.worse + 1
    const mildest = streak.mildest === null || rank(seen) < rank(streak.mildest) ? seen : streak.mildest
    return worse >= badSamples ? settled(mildest) : { ...settled(streak.raised), worse, mildest }
  }
  const better = streak.better + 1
  const worst = rank(seen) > rank(streak.worst) ? seen : streak.worst
  return better >= goodSamples ? settled(worst) : { ...settled(streak.raised), better, worst }
}
