import type { SpoolTrouble } from '../../contract/self.ts'

export class SpoolError extends Error {
  readonly trouble: SpoolTrouble

  constructor(trouble: SpoolTrouble, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SpoolError'
    this.trouble = trouble
  }
}

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const troubles: ReadonlyMap<number, SpoolTrouble> = new Map([
  [5, 'locked'],
  [6, 'locked'],
  [8, 'disk'],
  [10, 'disk'],
  [11, 'damaged'],
  [13, 'disk'],
  [14, 'disk'],
  [26, 'damaged'],
])

const advice: Record<SpoolTrouble, string> = {
  full: 'the spool has reached its bound',
  disk: 'the disk of the spool is full, read-only or failing',
  damaged: 'the spool file is damaged',
  locked: 'another process uses this spool',
  closed: 'the spool is closed',
  unknown: 'the spool failed',
}

/** What an error of node:sqlite or of the file system means for the spool; every other is `unknown`. */
export function spoolError(error: unknown): SpoolError {
  if (error instanceof SpoolError) return error
  const { errcode, code, syscall, message } = error as NodeJS.ErrnoException & { errcode?: number }
  const ofFile = syscall === undefined ? 'unknown' : 'disk'
  const trouble = code === 'ERR_INVALID_STATE' ? 'closed' : (troubles.get((errcode ?? 0) & 0xff) ?? ofFile)
  return new SpoolError(trouble, `${advice[trouble]}: ${message ?? String(error)}`, error)
}
