import { existsSync, renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Logger } from '../../platform/logger.ts'
import { keepPrivate } from '../../platform/private-file.ts'
import { journalSchema } from './journal-schema.ts'

const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

/**
 * Opens the journal's file so that every change is on disk before its call returns. A damaged file is moved aside and a new
 * one begun: a host without its probe is worse off, and nothing runs twice, because an L2 is asked for anew.
 */
export function openJournalFile({
  file,
  clock,
  logger,
}: {
  file: string
  clock: () => number
  logger: Logger
}): DatabaseSync {
  try {
    return open(file)
  } catch (error) {
    const { errcode } = error as { errcode?: number }
    if (errcode !== SQLITE_CORRUPT && errcode !== SQLITE_NOTADB) throw error
    const aside = `${file}.damaged-${clock()}`
    logger.error(
      { err: error, file, aside },
      'the journal of the probe is damaged; it is moved aside and a new one begun',
    )
    for (const part of ['', '-wal', '-shm']) if (existsSync(file + part)) renameSync(file + part, aside + part)
    return open(file)
  }
}

function open(file: string): DatabaseSync {
  keepPrivate(file)
  const db = new DatabaseSync(file)
  try {
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 2000;')
    db.exec(journalSchema)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
