import { openDatabase } from '../../src/db/open.ts'
import { createSummaries } from '../../src/monitor/history/summaries.service.ts'
import { createLogger } from '../../src/platform/logger.ts'

/** A process that makes the summaries once, in a database that its test names. */
const [url = ''] = process.argv.slice(2)
const logger = createLogger({ level: 'silent' })
const database = await openDatabase({ url, logger })
await createSummaries({ database, clock: Date.now, stopping: new AbortController().signal, logger }).look()
await database.close()
