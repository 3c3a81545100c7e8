/** What stands against a SQLite file: another process, the disk under it, or what is in it. */
export type SqliteTrouble = 'locked' | 'disk' | 'damaged'

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const troubles: ReadonlyMap<number, SqliteTrouble> = new Map([
  [5, 'locked'],
  [6, 'locked'],
  [8, 'disk'],
  [10, 'disk'],
  [11, 'damaged'],
  [13, 'disk'],
  [14, 'disk'],
  [26, 'damaged'],
])

/** What an error of node:sqlite means; null for every other error, and for a mistake of the caller. */
export function sqliteTrouble(error: unknown): SqliteTrouble | null {
  const { errcode } = (error ?? {}) as { errcode?: unknown }
  return typeof errcode === 'number' ? (troubles.get(errcode & 0xff) ?? null) : null
}
