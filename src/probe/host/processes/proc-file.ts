import { readFileSync } from 'node:fs'

/** A file below /proc, or null when the process is gone or not ours to see. */
export function readProcFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isOutOfSight(error)) return null
    throw error
  }
}

/** Processes end while they are looked at, and some are not ours to see. */
export function isOutOfSight(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM'
}
