// A node that is nothing but its database: started as a process by the tests. Argument: the data folder.
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts'

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
const log = (fields: object, message: string): void => say({ log: message, ...fields })

try {
  const server = await startEmbeddedPostgres({
    dataDir: process.argv[2] ?? '',
    logger: { debug: log, info: log, warn: log, error: log },
    durable: false,
  })
  process.once('SIGTERM', () => void server.stop())
  say({ url: server.url })
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) })
}
