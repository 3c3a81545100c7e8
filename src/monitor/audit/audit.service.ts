import type {
  AuditEntries,
  AuditEntriesParams,
  AuditList,
  AuditQuery,
  AuditVerdictAnswer,
} from '../../contract/audit.ts'
import { notFound } from '../../contract/errors.ts'
import type { Database } from '../../db/open.ts'
import { auditRecord, fittingRecords } from '../../lib/audit-record.ts'
import { auditAfter, auditBefore, auditHead, listAudit } from './audit-read.store.ts'
import { momentOf } from './moment-of.ts'
import { verifyAudit } from './verify.ts'

/** Reading and checking the monitor's own audit log. */
export function createAudit({ database, clock }: { database: Database; clock: () => number }) {
  const { db } = database
  /** Several people who ask at once share one look at the whole log. */
  const running = new Map<number, Promise<AuditVerdictAnswer | null>>()

  return {
    /** Entries that match, newest first. Throws INVALID_REQUEST for a time that is none. */
    async list(query: AuditQuery): Promise<AuditList> {
      const { since, until, ...rest } = query
      const now = clock()
      const span = { since: momentOf('since', since, now), until: momentOf('until', until, now) }
      const { rows, total } = await listAudit(db, { ...rest, ...span })
      return { total, limit: query.limit, offset: query.offset, entries: rows.map(auditRecord) }
    },

    /** Whether every seal fits, from the beginning or after an entry. Throws NOT_FOUND when there is no such entry. */
    async verify(afterId = 0): Promise<AuditVerdictAnswer> {
      const checking = running.get(afterId) ?? verifyAudit(db, { afterId }).finally(() => void running.delete(afterId))
      running.set(afterId, checking)
      const verdict = await checking
      if (!verdict) throw notFound(`审计日志中没有记录 ${afterId}`, `there is no entry ${afterId} in the audit log`)
      return verdict
    },

    /** A page for the parent, which checks that the log was not rewritten. */
    async entries({ from_id, before_id, limit }: AuditEntriesParams): Promise<AuditEntries> {
      const head = await auditHead(db)
      const rows =
        from_id === undefined
          ? await auditBefore(db, before_id ?? head.seq + 1, limit)
          : await auditAfter(db, from_id - 1, limit)
      return { head, entries: fittingRecords(rows) }
    },

    head: () => auditHead(db),
  }
}
export type Audit = ReturnType<typeof createAudit>
