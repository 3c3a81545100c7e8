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
 * database was put back to an older state and has moved on since; the mark of the last answer that the child remembers
 * does. Where that is not the newest, the answer to a part was lost, or its database is older than that part: whoever sent
 * it has offered the newest mark, and a database does not remember that.
 */
export function feedStep(
  known: FeedPlace | null,
  part: { epoch: string; fromSeq: number; toSeq: number; mark: string; offered: readonly string[] | null },
): FeedStep {
  if (known === null || known.epoch !== part.epoch) return part.fromSeq === 0 ? 'start' : 'lost'
  if (part.fromSeq > known.seq) return 'behind'
  if (part.fromSeq === 0 && (known.seq === 0 || known.inSnapshot)) return 'start'
  const newest = known.marks.at(-1) ?? ''
  const own = part.offered?.at(-1) ?? newest
  // A part that is late bears a mark that was offered again with a later one, which was taken.
  const isOfSender = part.mark === newest || known.marks.includes(own) || part.offered?.includes(newest)
  if (!known.marks.includes(part.mark) || !isOfSender) return 'lost'
  return part.toSeq <= known.seq ? 'repeat' : 'next'
}

const maxMarks = 16

/** What a child has offered, with one more: the first since the last answer stays, as the one most likely taken, and the newest. */
export function offeredAfter(offered: readonly string[], mark: string): string[] {
  return [...offered.slice(0, 1), ...[...offered.slice(1), mark].slice(1 - maxMarks)]
}

/** The marks that the child may quote next: the one it quoted now, should this answer be lost, and those given since, newest last. */
export function marksAfter(marks: readonly string[], quoted: string, given: readonly string[]): string[] {
  const since = marks.slice(marks.indexOf(quoted) + 1).filter((mark) => !given.includes(mark))
  return [quoted, ...[...since, ...given].slice(1 - maxMarks)]
}
