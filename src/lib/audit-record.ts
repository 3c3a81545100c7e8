import type { SealedEntry } from './audit-chain.ts'

/** A sealed entry as it is shown and as it travels. */
export function auditRecord(entry: SealedEntry) {
  return {
    id: entry.id,
    at: entry.at.toISOString(),
    actor: entry.actor,
    actor_kind: entry.actorKind,
    action: entry.action,
    target: entry.target,
    details: entry.details,
    previous_hash: entry.previousHash,
    hash: entry.hash,
  }
}

/** The entry that a record shows, to check its seal. */
export function entryOfRecord(record: ReturnType<typeof auditRecord>): SealedEntry {
  const { actor_kind, previous_hash, at, ...same } = record
  return { ...same, at: new Date(at), actorKind: actor_kind, previousHash: previous_hash }
}

const maxPageBytes = 512 * 1024

/** As many of the entries as fit into one answer of the link, from the first on; always at least one. */
export function fittingRecords(entries: readonly SealedEntry[]): Array<ReturnType<typeof auditRecord>> {
  const records = entries.map(auditRecord)
  let bytes = 0
  const end = records.findIndex((record, index) => {
    bytes += Buffer.byteLength(JSON.stringify(record))
    return bytes > maxPageBytes && index > 0
  })
  return end === -1 ? records : records.slice(0, end)
}
