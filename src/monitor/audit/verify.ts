import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AuditVerdictAnswer } from '../../contract/audit.ts'
import type { Executor } from '../../db/open.ts'
import { firstBroken, firstPreviousHash } from '../../lib/audit-chain.ts'
import { auditAfter, sealAt } from './audit-read.store.ts'

const pageSize = 500
/** What one question checks; a longer log is checked by further questions. */
const maxEntries = 100_000

/**
 * Checks the seals of the log, a page at a time so that nothing else has to wait, from the beginning or after an entry
 * that an earlier answer ended with. Null when there is no such entry.
 */
export async function verifyAudit(
  db: Executor,
  { afterId = 0, maxChecked = maxEntries }: { afterId?: number; maxChecked?: number } = {},
): Promise<AuditVerdictAnswer | null> {
  const begin = afterId === 0 ? firstPreviousHash : await sealAt(db, afterId)
  if (begin === null) return null
  let entries = 0
  let head = { seq: afterId, hash: begin }
  for (;;) {
    const page = await auditAfter(db, head.seq, Math.min(pageSize, maxChecked - entries))
    const broken = firstBroken(head.hash, page)
    if (broken) {
      const fitting = page.slice(0, page.indexOf(broken))
      const last = fitting.at(-1)
      return {
        intact: false,
        entries: entries + fitting.length,
        head: last ? { seq: last.id, hash: last.hash } : head,
        broken_at: broken.id,
        complete: false,
      }
    }
    entries += page.length
    const newest = page.at(-1)
    if (newest) head = { seq: newest.id, hash: newest.hash }
    const complete = page.length < pageSize && entries < maxChecked
    if (complete || entries >= maxChecked) return { intact: true, entries, head, broken_at: null, complete }
    await nextTurn()
  }
}
