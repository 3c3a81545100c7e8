import { expect, test } from 'vitest'
import { firstPreviousHash, sealOf, type SealedEntry } from '../../lib/audit-chain.ts'
import { checkProof } from './proof.ts'

/** A sealed log of those actions; numbers have gaps, as those of a database may. */
function logOf(...actions: string[]): SealedEntry[] {
  const log: SealedEntry[] = []
  for (const [index, action] of actions.entries()) {
    const entry = { at: new Date(0), actor: 'a', actorKind: 'user' as const, action, target: null, details: {} }
    const previousHash = log.at(-1)?.hash ?? firstPreviousHash
    log.push({ ...entry, id: (index + 1) * 2, previousHash, hash: sealOf(previousHash, entry) })
  }
  return log
}
const headOf = (log: readonly SealedEntry[]) => ({
  seq: log.at(-1)?.id ?? 0,
  hash: log.at(-1)?.hash ?? firstPreviousHash,
})
const from = (log: readonly SealedEntry[], seq: number) => log.filter(({ id }) => id >= seq)

const short = logOf('a', 'b')
const long = logOf('a', 'b', 'c', 'd')

test('a log that has only grown fits, from an empty one too, and in pages', () => {
  for (const known of [headOf([]), headOf(short), headOf(long)]) {
    expect(checkProof(known, headOf(long), from(long, known.seq), headOf(long))).toEqual({
      kind: 'fits',
      upTo: headOf(long),
      isDone: true,
    })
  }
  const page = from(long, headOf(short).seq).slice(0, 2)
  expect(checkProof(headOf(short), headOf(long), page, headOf(long))).toMatchObject({ upTo: { seq: 6 }, isDone: false })
})

test('old news of an end that lies before what is known accuses nobody', () => {
  expect(checkProof(headOf(long), headOf(short), from(long, 8), headOf(long))).toMatchObject({ kind: 'fits' })
})

const resealed = logOf('a', 'B', 'c', 'd')
const touched = long.map((entry) => (entry.id === 6 ? { ...entry, actor: 'somebody' } : entry))
test.each([
  ['cut below what is known', headOf(long), headOf(short), [], headOf(short), 'shortened', 8],
  ['emptied', headOf(short), headOf([]), [], headOf([]), 'shortened', 4],
  ['cut after it had said more', headOf(short), headOf(long), from(short, 4), headOf(short), 'shortened', 8],
  ['rewritten and sealed anew', headOf(short), headOf(resealed), from(resealed, 4), headOf(resealed), 'rewritten', 4],
  ['touched after what is known', headOf(short), headOf(long), from(touched, 4), headOf(long), 'rewritten', 6],
  [
    'touched at what is known',
    long[2] && headOf([long[2]]),
    headOf(long),
    from(touched, 6),
    headOf(long),
    'rewritten',
    6,
  ],
  [
    'missing an entry',
    headOf(short),
    headOf(long),
    from(long, 4).filter(({ id }) => id !== 6),
    headOf(long),
    'rewritten',
    8,
  ],
  ['another one of the same length', headOf(long), headOf(resealed), from(long, 8), headOf(long), 'rewritten', 8],
])('a log that was %s is seen', (_name, known, claimed, page, end, why, at) => {
  expect(checkProof(known ?? headOf([]), claimed, page, end)).toEqual({ kind: 'broken', why, at })
})
