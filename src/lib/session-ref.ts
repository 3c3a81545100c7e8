import { createHash } from 'node:crypto'

/** What stands in logs and file names for a terminal session: its id would let anybody use it. */
export const sessionRef = (sessionId: string): string =>
  createHash('sha256').update(sessionId).digest('hex').slice(0, 12)
