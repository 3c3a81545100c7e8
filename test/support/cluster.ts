import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { withDatabase } from '../../src/db/connection-url.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open.ts'
import { dropDatabase, execute } from './execute.ts'
import { startOwnServer } from './own-server.ts'
import { quiet } from './quiet-logger.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of all integration tests, and the migrated database that theirs are copies of. */
    testServer: { url: string; template: string }
  }
}

let undo = async (): Promise<void> => undefined

/** Starts one server for all integration tests, or takes DATABASE_URL's, and migrates a template there. */
export async function setup(project: TestProject): Promise<void> {
  const server = process.env.DATABASE_URL
    ? { url: process.env.DATABASE_URL, stop: async () => undefined }
    : await startOwnServer()
  const template = `cortex_template_${randomBytes(6).toString('hex')}`
  undo = async () => {
    try {
      await dropDatabase(server.url, template)
    } finally {
      await server.stop()
    }
  }
  try {
    await makeTemplate(server.url, template)
  } catch (error) {
    await undo()
    throw error
  }
  project.provide('testServer', { url: server.url, template })
}

/** Removes what `setup` made. */
export async function teardown(): Promise<void> {
  await undo()
}

async function makeTemplate(serverUrl: string, template: string): Promise<void> {
  await execute(serverUrl, `create database ${template}`)
  const database = await openDatabase({ url: withDatabase(serverUrl, template), logger: quiet, max: 1, rawMax: 1 })
  try {
    await migrate(database)
  } finally {
    await database.close()
  }
}
