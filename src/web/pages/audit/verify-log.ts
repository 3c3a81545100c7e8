import type { AuditVerdictAnswer } from '../../../contract/audit.ts'

export interface Verified {
  intact: boolean
  entries: number
  brokenAt: number | null
  hash: string
}

/**
 * Checks the whole log, part after part where it is long. `onPart` hears how many entries were checked so far. Ends with
 * the first entry that does not fit.
 */
export async function verifyLog(
  ask: (afterId: number | null) => Promise<AuditVerdictAnswer>,
  onPart: (entries: number) => void,
): Promise<Verified> {
  let entries = 0
  let afterId: number | null = null
  for (;;) {
    const part: AuditVerdictAnswer = await ask(afterId)
    entries += part.entries
    onPart(entries)
    // A part that does not go on would never end.
    if (!part.intact || part.complete || part.head.seq === afterId) {
      return { intact: part.intact, entries, brokenAt: part.broken_at, hash: part.head.hash }
    }
    afterId = part.head.seq
  }
}
