import type { AuditHead } from '../../contract/audit.ts'
import { firstBroken, sealOf, type SealedEntry } from '../../lib/audit-chain.ts'

export interface BrokenProof {
  kind: 'broken'
  why: 'shortened' | 'rewritten' | 'unproven'
  /** The entry that is missing or differs. */
  at: number
}
export type Proof = { kind: 'fits'; upTo: AuditHead; isDone: boolean } | BrokenProof

/**
 * Whether a page of a log, asked for from `known` on, goes on from what is known of it, and holds the end that was
 * `claimed`. `end` is where the log ends by its own account now.
 */
export function checkProof(known: AuditHead, claimed: AuditHead, page: readonly SealedEntry[], end: AuditHead): Proof {
  const broken = (why: BrokenProof['why'], at: number): BrokenProof => ({ kind: 'broken', why, at })
  if (known.seq > 0) {
    const [first] = page
    if (!first || first.id !== known.seq) return broken(end.seq < known.seq ? 'shortened' : 'rewritten', known.seq)
    if (first.hash !== known.hash || sealOf(first.previousHash, first) !== first.hash)
      return broken('rewritten', known.seq)
  }
  const added = known.seq > 0 ? page.slice(1) : page
  const misfit = firstBroken(known.hash, added)
  if (misfit) return broken('rewritten', misfit.id)

  const last = added.at(-1)
  const upTo = last ? { seq: last.id, hash: last.hash } : known
  const isDone = upTo.seq >= end.seq
  if (isDone && upTo.seq === end.seq && upTo.hash !== end.hash) return broken('rewritten', end.seq)
  if (claimed.seq >= known.seq && claimed.seq <= upTo.seq) {
    const found = claimed.seq === known.seq ? known.hash : added.find((entry) => entry.id === claimed.seq)?.hash
    if (found !== claimed.hash) return broken('rewritten', claimed.seq)
  }
  if (isDone && claimed.seq > upTo.seq) return broken('shortened', claimed.seq)
  return { kind: 'fits', upTo, isDone }
}
