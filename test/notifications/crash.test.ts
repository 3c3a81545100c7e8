import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { httpClient } from '../support/http.ts'
import { type NodeProcess, startNodeProcess } from '../support/node-process.ts'
import { until } from '../support/until.ts'
import { startReceiver } from './receivers.ts'
import { firing } from './rig.ts'

const password = 'password-of-admin'
const folder = mkdtempSync(join(tmpdir(), 'cortex-notices-'))
let database: TestDatabase
let sql: postgres.Sql
let node: NodeProcess | null = null
let isAnswering = true
let receiver: Awaited<ReturnType<typeof startReceiver>>

beforeAll(async () => {
  database = await createTestDatabase()
  sql = postgres(database.url, { max: 2, onnotice: () => undefined })
  receiver = await startReceiver(() => (isAnswering ? {} : null))
  node = await startMonitor()
})
afterAll(async () => {
  await node?.end('SIGKILL')
  await receiver?.close()
  await sql?.end()
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const startMonitor = () =>
  startNodeProcess({
    CORTEX_NODE_ID: 'root',
    CORTEX_DATA_DIR: folder,
    CORTEX_PORT: '0',
    CORTEX_HOST: '127.0.0.1',
    CORTEX_PROBE_ENABLED: 'false',
    CORTEX_ADMIN_PASSWORD: password,
    DATABASE_URL: database.url,
    CORTEX_NOTIFICATIONS_ALLOWED_ADDRESSES: '127.0.0.1',
    CORTEX_NOTIFICATIONS_TIMEOUT_MS: '3000',
    CORTEX_NOTIFICATIONS_RETRY_MIN_MS: '100',
    CORTEX_NOTIFICATIONS_RETRY_MAX_MS: '200',
  })

async function addChannel(url: string): Promise<number> {
  const api = httpClient(`${node!.url}/api`)
  const { body } = await api.post('/auth/login', { username: 'admin', password })
  const { token } = body as { token: string }
  const channel = { type: 'webhook', name: 'hook', config: { url, secret: 'kept-over-crashes' } }
  const made = await api.withToken(token).post('/alerts/channels', channel)
  return (made.body as { channel: { id: number } }).channel.id
}

/** Of a kind that is true whatever the alerts of the monitor are. */
async function enqueue(channelId: number): Promise<string> {
  const uid = randomUUID()
  await sql`
    insert into notices (channel_id, channel_name, channel_type, key, uid, notice, next_at, created_at)
    values (${channelId}, 'hook', 'webhook', ${uid}, ${uid}, ${sql.json({ ...firing, kind: 'test', alerts: [] })}, now(), now())`
  return uid
}
const stateOf = async (uid: string) =>
  (await sql<Array<{ state: string; reason: string | null }>>`select state, reason from notices where uid = ${uid}`)[0]
const arrivals = (uid: string) => receiver.received.filter((got) => got.headers['idempotency-key'] === uid)

async function killAndStartAgain(): Promise<void> {
  await node!.end('SIGKILL')
  node = await startMonitor()
}

test('a notice that waited when the node was killed is sent once after the restart, with its secret', async () => {
  const dead = await addChannel(`http://127.0.0.1:1/`)
  const uid = await enqueue(dead)
  await until('an attempt failed', async () => (await stateOf(uid))?.reason === 'connection_failed')
  await node!.end('SIGKILL')
  const config = JSON.stringify({ url: receiver.url })
  await sql`update notification_channels set config = ${sql.json(JSON.parse(config))}, secrets = null where id = ${dead}`
  node = await startMonitor()
  await until('it is sent', async () => (await stateOf(uid))?.state === 'sent', 30_000)
  expect(arrivals(uid)).toHaveLength(1)

  const kept = await addChannel(receiver.url)
  const next = await enqueue(kept)
  await killAndStartAgain()
  await until('it is sent', async () => (await stateOf(next))?.state === 'sent', 30_000)
  expect(arrivals(next)).toHaveLength(1)
  expect(arrivals(next)[0]!.headers['x-cortex-signature']).toMatch(/^sha256=[0-9a-f]{64}$/)
})

test('a notice that the receiver has when the node is killed is not sent twice, and the next one is sent', async () => {
  const channel = await addChannel(receiver.url)
  isAnswering = false
  const uid = await enqueue(channel)
  await until('it has arrived', () => arrivals(uid).length > 0)
  await node!.end('SIGKILL')
  isAnswering = true
  const next = await enqueue(channel)
  node = await startMonitor()
  await until('the next one is sent', async () => (await stateOf(next))?.state === 'sent', 30_000)
  expect(await stateOf(uid)).toMatchObject({ state: 'failed', reason: 'interrupted' })
  expect(arrivals(uid)).toHaveLength(1)
  expect(arrivals(next)).toHaveLength(1)
})
