import { createHash } from 'node:crypto'

/** One entry of the audit log, before it is sealed. */
export interface AuditEntry {
  at: Date
  actor: string
  actorKind: 'user' | 'node' | 'system'
  action: string
  target: string | null
  details: Record<string, unknown>
}
/** A sealed entry as it stands in the log. */
export type SealedEntry = AuditEntry & { id: number; previousHash: string; hash: string }

/** Stands where the first entry would name the one before it. */
export const firstPreviousHash = '0'.repeat(64)

/** The seal of an entry: SHA-256 over the seal before it and the entry in one fixed form, as hex. */
export function sealOf(previousHash: string, entry: AuditEntry): string {
  const row = [entry.at.toISOString(), entry.actor, entry.actorKind, entry.action, entry.target, sorted(entry.details)]
  return createHash('sha256')
    .update(`${previousHash}\n${JSON.stringify(row)}`)
    .digest('hex')
}

/** The first entry that does not fit the seals, given those in order that follow `previousHash`; null when all fit. */
export function firstBroken(previousHash: string, entries: readonly SealedEntry[]): SealedEntry | null {
  let expected = previousHash
  for (const entry of entries) {
    if (entry.previousHash !== expected || entry.hash !== sealOf(expected, entry)) return entry
    expected = entry.hash
  }
  return null
}

/** Keys in one order at every depth, because the database keeps its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
