// PostgreSQL for run.sh where DATABASE_URL names none: the one that `npm ci` brought, on a free port of the loopback.
// Prints its address, and runs until it is told to end.   node database.mjs FOLDER
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts'
import { createLogger } from '../../src/platform/logger.ts'

const [dataDir = ''] = process.argv.slice(2)
const server = await startEmbeddedPostgres({ dataDir, logger: createLogger({ level: 'warn' }), loopback: true })
const alive = setInterval(() => undefined, 60_000)
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    clearInterval(alive)
    void server.stop()
  })
}
process.stdout.write(`${server.url}\n`)
