import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { withDatabase } from '../../src/db/connection-url.ts'
import { removeEmbeddedPostgres } from '../../src/db/embedded/remove.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open.ts'
import { execute } from './execute.ts'
import { quiet } from './quiet-logger.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of all integration tests, and the migrated database that theirs are copies of. */
    testServer: { url: string; template: string }
  }
}

/** Starts one server for all integration tests, or takes DATABASE_URL's, and migrates a template there. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.DATABASE_URL
    ? { url: process.env.DATABASE_URL, stop: async () => undefined }
    : await startOwnServer()
  const template = `cortex_template_${randomBytes(6).toString('hex')}`
  await execute(server.url, `create database ${template}`)
  const database = await openDatabase({ url: withDatabase(server.url, template), logger: quiet, max: 1, rawMax: 1 })
  try {
    await migrate(database)
  } finally {
    await database.close()
  }
  project.provide('testServer', { url: server.url, template })
  return async () => {
    await execute(server.url, `drop database if exists ${template} with (force)`)
    await server.stop()
  }
}

async function startOwnServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cortex-test-db-'))
  chmodSync(dataDir, 0o711)
  const server = await startEmbeddedPostgres({ dataDir, logger: quiet, loopback: true, durable: false })
  return {
    url: server.url,
    stop: async () => {
      await server.stop()
      removeEmbeddedPostgres(dataDir)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
