import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withDatabase } from '../../src/db/connection-url.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { removeEmbeddedPostgres } from '../../src/db/embedded/remove.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts'
import { createLogger } from '../../src/platform/logger.ts'

export const silent = createLogger({ level: 'silent' })

/** What a run of the bench stands on: a folder, a PostgreSQL that really syncs, and the order in which all of it ends. */
export interface Scene {
  quick: boolean
  folder: string
  /** How long initdb and the first start of the server took. */
  databaseStartMs: number
  /** An empty database of its own on the server of this run. */
  newDatabase(name: string): Promise<string>
  open(url: string): Promise<Database>
  /** Called at the end, the last first; also when the run is interrupted. */
  onEnd(close: () => Promise<void>): void
  end(): Promise<void>
}

export async function openScene(options: { quick: boolean }): Promise<Scene> {
  const closers: Array<() => Promise<void>> = []
  const folder = mkdtempSync(join(tmpdir(), 'cortex-bench-'))
  // The server of a node that is root runs as another user, who must get through.
  chmodSync(folder, 0o711)
  let ending: Promise<void> | undefined

  async function endAll(): Promise<void> {
    for (let close = closers.pop(); close; close = closers.pop()) {
      await close().catch((error: unknown) => console.error('bench: could not end something:', error))
    }
  }

  const end = () => (ending ??= endAll())
  closers.push(async () => rmSync(folder, { recursive: true, force: true }))
  const dataDir = join(folder, 'server')
  closers.push(() => removeEmbeddedPostgres(dataDir, silent))
  const beganAt = performance.now()
  try {
    const server = await startEmbeddedPostgres({ dataDir, logger: silent, loopback: true })
    closers.push(() => server.stop())
    const databaseStartMs = performance.now() - beganAt
    const open = async (url: string): Promise<Database> => {
      const database = await openDatabase({ url, logger: silent, max: 2, rawMax: 2 })
      closers.push(() => database.close())
      return database
    }
    return {
      ...options,
      folder,
      databaseStartMs,
      open,
      async newDatabase(name) {
        const { sql, close } = await openDatabase({ url: server.url, logger: silent, max: 1, rawMax: 1 })
        await sql.unsafe(`create database ${name} template template0`)
        await close()
        return withDatabase(server.url, name)
      },
      onEnd: (close) => void closers.push(close),
      end,
    }
  } catch (error) {
    await end()
    throw error
  }
}
