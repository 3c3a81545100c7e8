import type { DatabaseLogger } from '../../src/db/database-logger.ts'

const ignore = (): void => undefined

/** For what a test starts and does not look at. */
export const quiet: DatabaseLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore }
