import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { withDatabase } from '../../src/db/connection-url.ts'
import { dropDatabase, execute } from './execute.ts'

/** A database of a test's own. */
export interface TestDatabase {
  /** For `openDatabase`, and as DATABASE_URL of a node that the test starts; over TCP, so `postgres(url)` takes it too. */
  url: string
  /** Ends what is still connected, and removes the database. */
  drop(): Promise<void>
}

/** Makes a database: a copy of the migrated template, or an empty one. Some 50 ms; one per test file is enough. */
export async function createTestDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  const server = inject('testServer')
  const name = `cortex_test_${randomBytes(6).toString('hex')}`
  await execute(server.url, `create database ${name} template ${empty ? 'template0' : server.template}`)
  return {
    url: withDatabase(server.url, name),
    drop: () => dropDatabase(server.url, name),
  }
}
