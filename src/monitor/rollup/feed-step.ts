/** Where a child's feed has been taken in to. */
export interface FeedPlace {
  epoch: string
  seq: number
  /** What the child last quoted, and the marks it was answered since, oldest first. */
  marks: readonly string[]
  inSnapshot: boolean
}

export type FeedStep =
  /** It does not go on from anything taken in: all of the child's state is needed. */
  | 'lost'
  /** The child has been further with this monitor than this monitor remembers: on from its own place. */
  | 'behind'
  /** A snapshot begins. */
  | 'start'
  /** Everything in it was taken in before. */
  | 'repeat'
  | 'next'

/**
 * How one part of a feed stands to what was taken in of it. Positions alone do not tell a lost answer from a child whose
 * database was put back to an older state and has moved on since; the mark of the last answer that the child remembers does.
 */
export function feedStep(
  known: FeedPlace | null,
  part: { epoch: string; fromSeq: number; toSeq: number; mark: string },
): FeedStep {
  if (known === null || known.epoch !== part.epoch) return part.fromSeq === 0 ? 'start' : 'lost'
  if (part.fromSeq > known.seq) return 'behind'
  if (part.fromSeq === 0 && (known.seq === 0 || known.inSnapshot)) return 'start'
  if (!known.marks.includes(part.mark)) return 'lost'
  return part.toSeq <= known.seq ? 'repeat' : 'next'
}

const maxMarks = 16

/** The marks that the child may quote next: the one it quoted now, should this answer be lost, and those given since. */
export function marksAfter(marks: readonly string[], quoted: string, given: string): string[] {
  const since = marks.slice(marks.indexOf(quoted) + 1)
  return [quoted, ...[...since, given].slice(1 - maxMarks)]
}
