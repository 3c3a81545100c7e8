import { DatabaseSync } from 'node:sqlite'
import type { OperationOrigin } from '../../contract/operations/origin.ts'
import { firstPreviousHash, sealOf, type SealedEntry } from '../../lib/audit-chain.ts'

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
  head(): { id: number; hash: string }
  /** Entries after `afterId`, oldest first. */
  after(afterId: number, limit: number): SealedEntry[]
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
  const db = new DatabaseSync(parts.file)
  db.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table if not exists entries (
      id integer primary key autoincrement, at text not null, actor text not null, action text not null, target text,
      details text not null, previous_hash text not null, hash text not null) strict`)
  const newest = db.prepare('select id, hash from entries order by id desc limit 1')
  const insert = db.prepare(
    'insert into entries (at, actor, action, target, details, previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const page = db.prepare('select * from entries where id > ? order by id limit ?')

  function head(): { id: number; hash: string } {
    const row = newest.get() as { id: number; hash: string } | undefined
    return row ?? { id: 0, hash: firstPreviousHash }
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
    after(afterId, limit) {
      return (page.all(afterId, limit) as unknown as Row[]).map((row) => ({
        id: row.id,
        at: new Date(row.at),
        actor: row.actor,
        actorKind: 'user',
        action: row.action,
        target: row.target,
        details: JSON.parse(row.details) as Record<string, unknown>,
        previousHash: row.previous_hash,
        hash: row.hash,
      }))
    },
    close: () => db.close(),
  }
}
