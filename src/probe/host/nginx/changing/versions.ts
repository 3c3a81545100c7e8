import { DatabaseSync } from 'node:sqlite'
import type { NginxVersion } from '../../../../contract/operations/nginx.ts'
import { keepPrivate } from '../../../../platform/private-file.ts'
import { etagOf } from '../etag.ts'

export interface KeptVersion extends NginxVersion {
  content: Uint8Array
}

/** The last contents of each configuration file, as they were before and after the changes made here. */
export interface Versions {
  /** Keeps a content unless it is the newest one already. */
  keep(path: string, content: Uint8Array, kept: 'before' | 'after'): void
  /** Newest first. */
  list(path: string): NginxVersion[]
  get(id: number): KeptVersion | null
  close(): void
}

interface Row {
  id: number
  path: string
  etag: string
  size: number
  kept: 'before' | 'after'
  at: string
}

export function openVersions(parts: { file: string; clock: () => number; maxPerFile: number }): Versions {
  keepPrivate(parts.file)
  const db = new DatabaseSync(parts.file)
  db.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table if not exists versions (
      id integer primary key autoincrement, path text not null, etag text not null, size integer not null,
      kept text not null, at text not null, content blob not null) strict;
    create index if not exists versions_of_path on versions (path, id)`)
  const columns = 'id, path, etag, size, kept, at'
  const newest = db.prepare('select etag from versions where path = ? order by id desc limit 1')
  const insert = db.prepare('insert into versions (path, etag, size, kept, at, content) values (?, ?, ?, ?, ?, ?)')
  const forget = db.prepare(
    'delete from versions where path = ? and id not in (select id from versions where path = ? order by id desc limit ?)',
  )
  const all = db.prepare(`select ${columns} from versions where path = ? order by id desc`)
  const one = db.prepare(`select ${columns}, content from versions where id = ?`)
  const version = ({ at, ...row }: Row): NginxVersion => ({
    id: row.id,
    path: row.path,
    etag: row.etag,
    size: row.size,
    kept: row.kept,
    created_at: at,
  })

  return {
    keep(path, content, kept) {
      const etag = etagOf(content)
      if ((newest.get(path) as { etag: string } | undefined)?.etag === etag) return
      insert.run(path, etag, content.byteLength, kept, new Date(parts.clock()).toISOString(), content)
      forget.run(path, path, parts.maxPerFile)
    },
    list: (path) => (all.all(path) as unknown as Row[]).map(version),
    get(id) {
      const row = one.get(id) as (Row & { content: Uint8Array }) | undefined
      return row ? { ...version(row), content: row.content } : null
    },
    close: () => db.close(),
  }
}
