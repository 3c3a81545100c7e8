import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../src/contract/errors.ts'
import { removeEmbeddedPostgres } from '../../src/db/embedded/remove.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts'
import { quiet } from './quiet-logger.ts'

const prefix = 'cortex-test-db-'
const settledMs = 60_000

/** Starts a PostgreSQL in a folder that goes when it stops, and removes those of runs that were killed. */
export async function startOwnServer(): Promise<{ url: string; stop(): Promise<void> }> {
  await removeLeftOvers()
  const dataDir = mkdtempSync(join(tmpdir(), prefix))
  chmodSync(dataDir, 0o711)
  const remove = async (): Promise<void> => {
    await removeEmbeddedPostgres(dataDir, quiet)
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const server = await startEmbeddedPostgres({ dataDir, logger: quiet, loopback: true, durable: false })
    return { url: server.url, stop: () => server.stop().then(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}

async function removeLeftOvers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const dataDir = join(tmpdir(), name)
    const found = statSync(dataDir, { throwIfNoEntry: false })
    const isOld = found !== undefined && found.uid === process.getuid?.() && Date.now() - found.mtimeMs > settledMs
    if (!isOld || !existsSync(join(dataDir, 'postgres/node.lock'))) continue
    try {
      await removeEmbeddedPostgres(dataDir, quiet)
      rmSync(dataDir, { recursive: true, force: true })
    } catch (error) {
      // Another run is using it.
      if (!(error instanceof AppError && error.code === 'CONFLICT')) throw error
    }
  }
}
