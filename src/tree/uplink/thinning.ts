/** A metrics-only report in the spool, oldest first in every list. */
export interface ThinCandidate {
  id: number
  bytes: number
  /** Its neighbour has been given up already. */
  thinned: boolean
}

export interface Thinning {
  remove: number[]
  /** Survivors of a removed neighbour: they go only when nothing unthinned is left. */
  markThinned: number[]
  freedBytes: number
}

/**
 * Chooses what to give up to free `needBytes`: every second of the oldest metrics-only reports first, so that a long
 * outage keeps its shape; then, oldest first, all of them.
 */
export function thin(candidates: readonly ThinCandidate[], needBytes: number): Thinning {
  const remove = new Set<number>()
  const markThinned: number[] = []
  let freedBytes = 0
  const fresh = candidates.filter((candidate) => !candidate.thinned)
  for (let at = 0; at + 1 < fresh.length && freedBytes < needBytes; at += 2) {
    const [gone, kept] = fresh.slice(at, at + 2) as [ThinCandidate, ThinCandidate]
    remove.add(gone.id)
    markThinned.push(kept.id)
    freedBytes += gone.bytes
  }
  for (const candidate of candidates) {
    if (freedBytes >= needBytes) break
    if (remove.has(candidate.id)) continue
    remove.add(candidate.id)
    freedBytes += candidate.bytes
  }
  return { remove: [...remove], markThinned: markThinned.filter((id) => !remove.has(id)), freedBytes }
}
