import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'

/**
 * Makes a SQLite file, and what SQLite keeps beside it, a matter of this user alone (0600). One that is not there is made, so
 * that it never was another's to read; its WAL gets the same mode from SQLite. Called before the file is opened.
 */
export function keepPrivate(file: string): void {
  if (file === ':memory:') return
  closeSync(openSync(file, 'a', 0o600))
  for (const part of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(part)) chmodSync(part, 0o600)
}
