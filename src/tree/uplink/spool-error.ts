import type { SpoolTrouble } from '../../contract/self.ts'
import { sqliteTrouble } from '../../platform/sqlite-trouble.ts'

export class SpoolError extends Error {
  readonly trouble: SpoolTrouble

  constructor(trouble: SpoolTrouble, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SpoolError'
    this.trouble = trouble
  }
}

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
  const { code, syscall, message } = error as NodeJS.ErrnoException
  const ofFile = syscall === undefined ? 'unknown' : 'disk'
  const trouble = code === 'ERR_INVALID_STATE' ? 'closed' : (sqliteTrouble(error) ?? ofFile)
  return new SpoolError(trouble, `${advice[trouble]}: ${message ?? String(error)}`, error)
}
