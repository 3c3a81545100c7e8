import { DatabaseSync } from 'node:sqlite'
import { AuditEntries, AuditEntriesParams } from '../../contract/audit.ts'
import type { OperationOrigin } from '../../contract/operations/origin.ts'
import { firstPreviousHash, sealOf, type SealedEntry } from '../../lib/audit-chain.ts'
import { fittingRecords } from '../../lib/audit-record.ts'
import { keepPrivate } from '../../platform/private-file.ts'
import type { Methods } from '../../tree/link/methods.ts'

/** What was asked of this host and what came of it. */
export interface HostAudit {
  /** Writes an entry; on disk before it returns. Throws when it cannot be written: then the act must not happen. */
  append(entry: {
    origin: OperationOrigin
    action: string
    target: string | null
    details: Record<string, unknown>
  }): void
  /** The newest seal: kept by the parent, it shows when the log below was rewritten. */
  head(): { seq: number; hash: string }
  /** Entries after `afterId`, oldest first. */
  after(afterId: number, limit: number): SealedEntry[]
  /** The newest entries before `beforeId`, oldest first. */
  before(beforeId: number, limit: number): SealedEntry[]
  close(): void
}

interface Row {
  id: number
  at: string
  actor: string
  action: string
  target: string | null
  details: string
  previous_hash: string
  hash: string
}

/** The host's own append-only log, each entry sealed with the one before. */
export function openHostAudit(parts: { file: string; clock: () => number }): HostAudit {
  keepPrivate(parts.file)
  const db = new DatabaseSync(parts.file)
  db.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table if not exists entries (
      id integer primary key autoincrement, at text not null, actor text not null, action text not null, target text,
      details text not null, previous_hash text not null, hash text not null) strict`)
  const newest = db.prepare('select id as seq, hash from entries order by id desc limit 1')
  const insert = db.prepare(
    'insert into entries (at, actor, action, target, details, previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const upwards = db.prepare('select * from entries where id > ? order by id limit ?')
  const downwards = db.prepare('select * from entries where id < ? order by id desc limit ?')
  const entriesOf = (rows: unknown): SealedEntry[] => (rows as Row[]).map(entryOf)

  function head(): { seq: number; hash: string } {
    const row = newest.get() as { seq: number; hash: string } | undefined
    return row ?? { seq: 0, hash: firstPreviousHash }
  }

  return {
    append({ origin, action, target, details }) {
      const at = new Date(parts.clock())
      const actor = `${origin.actor}@${origin.at}`
      const plain = JSON.parse(JSON.stringify({ ...details, request_id: origin.request_id })) as Record<string, unknown>
      const previousHash = head().hash
      const hash = sealOf(previousHash, { at, actor, actorKind: 'user', action, target, details: plain })
      insert.run(at.toISOString(), actor, action, target, JSON.stringify(plain), previousHash, hash)
    },
    head,
    after: (afterId, limit) => entriesOf(upwards.all(afterId, limit)),
    before: (beforeId, limit) => entriesOf(downwards.all(beforeId, limit)).toReversed(),
    close: () => db.close(),
  }
}

function entryOf(row: Row): SealedEntry {
  return {
    id: row.id,
    at: new Date(row.at),
    actor: row.actor,
    actorKind: 'user',
    action: row.action,
    target: row.target,
    details: JSON.parse(row.details) as Record<string, unknown>,
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}

/** Lets the monitors above read the log: what they keep of its end shows when it was rewritten. */
export function registerHostAudit(methods: Methods, audit: HostAudit): void {
  methods.register({
    name: 'audit.host_entries',
    params: AuditEntriesParams,
    result: AuditEntries,
    handle({ from_id, before_id, limit }) {
      const head = audit.head()
      const page =
        from_id === undefined ? audit.before(before_id ?? head.seq + 1, limit) : audit.after(from_id - 1, limit)
      return { head, entries: fittingRecords(page) }
    },
  })
}
