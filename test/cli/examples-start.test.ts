import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../src/db/embedded/free-port.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startNodeProcess, type NodeProcess } from '../support/node-process.ts'

const configs = resolve(import.meta.dirname, '../../config')
let folder: string
const databases: TestDatabase[] = []
const nodes: NodeProcess[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-examples-'))
})
afterAll(async () => {
  for (const node of nodes.toReversed()) await node.end('SIGTERM')
  for (const database of databases) await database.drop()
  rmSync(folder, { recursive: true, force: true })
})

const token = 'let-me-in-please'

/** Starts an example as it is, but for what two nodes on one machine may not share. */
async function startExample(name: string, more: Record<string, string>): Promise<NodeProcess> {
  const node = await startNodeProcess({
    CORTEX_CONFIG: join(configs, `${name}.yaml`),
    CORTEX_DATA_DIR: join(folder, name),
    CORTEX_HOST: '127.0.0.1',
    CORTEX_PORT: String(await freePort()),
    ...more,
  })
  nodes.push(node)
  return node
}

async function ownDatabase(): Promise<Record<string, string>> {
  const database = await createTestDatabase()
  databases.push(database)
  return { DATABASE_URL: database.url, CORTEX_REGISTRATION_TOKEN: token }
}

describe('the examples in config/ start as they are', { timeout: 90_000 }, () => {
  test('root, region and leaf make one tree', async () => {
    const root = await startExample('root', { ...(await ownDatabase()), CORTEX_ADMIN_PASSWORD: 'correct horse' })
    const below = (parent: NodeProcess) => ({ CORTEX_UPSTREAM_URL: parent.url, CORTEX_UPSTREAM_TOKEN: token })
    const region = await startExample('region', { ...(await ownDatabase()), ...below(root) })
    const leaf = await startExample('leaf', below(region))
    for (const node of [root, region, leaf]) expect((await fetch(`${node.url}/healthz`)).status).toBe(200)
    await expect
      .poll(async () => await (await fetch(`${leaf.url}/api/v1/self`)).json(), {
        timeout: 30_000,
        interval: 200,
      })
      .toMatchObject({ data: { agent_id: 'leaf-1', lineage: ['region-a', 'root'], parent: { link: 'connected' } } })
  })
})
