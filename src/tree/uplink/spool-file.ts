import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { keepPrivate } from '../../platform/private-file.ts'
import { SpoolError, spoolError } from './spool-error.ts'

const SCHEMA_VERSION = 1
/** Ids start at the clock's milliseconds: those of a spool begun anew never meet ids of the one before it. */
const schema = (firstId: number) => `
  create table items (
    id integer primary key autoincrement,
    kind text not null,
    keep integer not null,
    thinned integer not null default 0,
    at integer not null,
    bytes integer not null,
    body text not null
  ) strict;
  create index results on items (id) where kind = 'result';
  create index metrics_only on items (id, bytes, thinned) where keep = 0;
  insert into sqlite_sequence (name, seq) values ('items', ${Math.trunc(firstId)});
  pragma user_version = ${SCHEMA_VERSION};
`
/** Damaged files that are kept for a person to look at. */
const MAX_DAMAGED_FILES = 2

/**
 * Opens the spool's database: WAL with a full sync, so that what was written survives a kill and a power cut, and an
 * exclusive lock, so that two processes never send from one spool. Throws SpoolError.
 */
export function openSpoolFile(path: string, now: number): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let db: DatabaseSync | undefined
  try {
    keepPrivate(path)
    db = new DatabaseSync(path, { timeout: 1000 })
    db.exec('pragma locking_mode = exclusive; pragma auto_vacuum = incremental; pragma journal_mode = wal')
    db.exec('pragma synchronous = full; pragma journal_size_limit = 4194304; pragma cache_size = -2048')
    check(db)
    const version = db.prepare('pragma user_version').get()?.['user_version']
    if (version === 0) db.exec(`begin immediate; ${schema(now)} commit`)
    else if (version !== SCHEMA_VERSION)
      throw new SpoolError('unknown', `${path} was written by a newer version (${String(version)})`)
    return db
  } catch (error) {
    db?.close()
    throw spoolError(error)
  }
}

function check(db: DatabaseSync): void {
  const found = db.prepare('pragma quick_check(1)').get()?.['quick_check']
  if (found !== 'ok') throw new SpoolError('damaged', `the spool file is damaged: ${String(found)}`)
}

/** Moves a damaged spool out of the way, only the latest few are kept; returns its new path. */
export function moveAside(path: string, now: number): string {
  const target = `${path}.damaged-${now}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix)
  }
  const folder = dirname(path)
  const prefix = `${basename(path)}.damaged-`
  const stamps = new Set(
    readdirSync(folder)
      .filter((name) => name.startsWith(prefix))
      .map((name) => Number.parseInt(name.slice(prefix.length), 10)),
  )
  const outdated = [...stamps].sort((a, b) => b - a).slice(MAX_DAMAGED_FILES)
  for (const stamp of outdated) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, prefix + stamp + suffix), { force: true })
  }
  return target
}
