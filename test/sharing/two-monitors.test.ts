import { randomUUID } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSocket } from '../realtime/event-client.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { expectData, httpClient, login } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'
import { openServerSocket } from '../support/server-socket.ts'
import { adminPassword, plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'

/** Two processes of one monitor over one database; what was asked of one is true of the other. */
const tree = plantTree()
let one: TreeNode
let other: TreeNode
let leaf: HandLeaf
let model: ModelStub
let database: TestDatabase
let sql: Sql
beforeAll(async () => {
  database = await createTestDatabase()
  sql = postgres(database.url, { max: 1 })
  model = await startModelStub()
  const env = {
    DATABASE_URL: database.url,
    CORTEX_REPLICAS_ENABLED: 'true',
    CORTEX_SECRET_KEY: '07'.repeat(32),
    CORTEX_OFFLINE_AFTER_S: '600',
    CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '4',
    CORTEX_LLM_BASE_URL: model.baseUrl,
    CORTEX_LLM_API_KEY: 'test',
    CORTEX_LLM_MODEL: 'stub',
  }
  one = await tree.monitor('both', { inside: true, env })
  other = await tree.monitor('both', { inside: true, env })
  leaf = await joinByHand(one, 'leaf')
}, 60_000)
afterAll(async () => {
  await tree.close()
  await sql?.end()
  await database?.drop()
  await model?.close()
}, 60_000)

const socketAddress = (node: TreeNode, path: string) => `${node.url.replace('http', 'ws')}${path}`
const reportTo = (node: TreeNode, key = leaf.key()) =>
  httpClient(`${node.url}/api/v1`, { 'X-API-Key': key }).post('/reports', {
    agent_id: 'leaf',
    timestamp: new Date().toISOString(),
    status: 'healthy',
    metrics: { cpu_percent: 12, memory_percent: 34, disk_percent: 56, load_average: [0, 0, 0], uptime_seconds: 1 },
    report_uid: randomUUID(),
  })

async function ticketOf(node: TreeNode): Promise<string> {
  return String(expectData(await node.api.post('/auth/ws-ticket'))['ticket'])
}

test('a ticket of one process opens a socket of the other, where everything is told that happens in either', async () => {
  const ticket = await ticketOf(one)
  const socket = await openSocket(socketAddress(other, `/ws?ticket=${ticket}`))
  await expect(openSocket(socketAddress(one, `/ws?ticket=${ticket}`))).rejects.toThrow('401')
  const fault = { level: 'L3', type: 'disk_dead', subject: 'sda' } as const
  expectData(await leaf.report([fault]))
  expect((await socket.next('new_alert')).data).toMatchObject({ agent_id: 'leaf', type: 'disk_dead' })
  await socket.next('report_received')
  // The same, from a report that changes nothing but figures.
  expectData(await leaf.report([fault]))
  await socket.next('report_received')
  expectData(await reportTo(other))
  await socket.next('report_received')
  await socket.next('node_status_changed')
  expect(socket.messages.filter(({ type }) => type === 'new_alert')).toHaveLength(1)
  socket.raw.close()
})

test('what a node measures is seen live at the process to which it does not report', async () => {
  const [row] = await sql<Array<{ id: number }>>`select id from nodes where agent_id = 'leaf'`
  const socket = await openServerSocket(socketAddress(other, `/ws/servers/${row?.id}?ticket=${await ticketOf(one)}`))
  await until('it is seen', async () => {
    expectData(await leaf.report())
    return socket.messages.filter(({ type }) => type === 'monitor_data').length > 1
  })
  socket.raw.close()
})

test('a revoked key is good in no process any more', async () => {
  const made = expectData(await one.api.post('/auth/api-keys', { agent_id: 'leaf', name: 'second' }))
  const key = String(made['api_key'])
  expect((await reportTo(other, key)).status).toBe(200)
  const socket = await openSocket(socketAddress(other, `/ws?ticket=${await ticketOf(other)}`))
  expectData(await one.api.delete(`/auth/api-keys/${String(made['api_key_id'])}`))
  // What happened after it is known there, so that it is known too.
  expectData(await leaf.report([{ level: 'L3', type: 'after', subject: 'it' }]))
  await socket.next('new_alert')
  expect((await reportTo(other, key)).status).toBe(401)
  socket.raw.close()
})

test('a changed user is cut off in every process', async () => {
  const body = { username: 'ann', password: 'password-of-ann', role: 'operator' }
  const { user_id } = expectData(await one.api.post('/auth/users', body), 201)
  const ann = await login(other.api, body.username, body.password)
  expect((await ann.get('/alerts')).status).toBe(200)
  const socket = await openSocket(socketAddress(other, `/ws?ticket=${await ticketOf({ ...other, api: ann })}`))
  expectData(await one.api.patch(`/auth/users/${String(user_id)}`, { disabled: true }))
  expect(await socket.closed()).toMatchObject({ code: 4401 })
  expect((await ann.get('/alerts')).status).toBe(401)
})

test('the same request that reaches both processes at once is one decision and one question to the model', async () => {
  model.next({ kind: 'hold' })
  const request = {
    agent_id: 'leaf',
    request_id: randomUUID(),
    issue: {
      type: 'service_down',
      description: 'nginx is down',
      severity: 'high',
      proposed_fix: 'systemctl restart nginx',
      details: { service: 'nginx' },
    },
  }
  const ask = (node: TreeNode) =>
    httpClient(`${node.url}/api/v1`, { 'X-API-Key': leaf.key() }).post('/decisions/request', request)
  const asked = [ask(one), ask(other), ask(one), ask(other)]
  await until('the model is asked', () => model.inFlight() === 1)
  await other.api.get('/decisions')
  model.release()
  const answers = (await Promise.all(asked)).map((answer) => expectData(answer))
  expect(new Set(answers.map(({ decision_id }) => decision_id)).size).toBe(1)
  expect(answers.map(({ status }) => status)).toEqual(['approved', 'approved', 'approved', 'approved'])
  expect(model.requests).toHaveLength(1)
})

test('attempts to log in are counted over all processes', async () => {
  const attempt = async (node: TreeNode) =>
    (await httpClient(`${node.url}/api`).post('/auth/login', { username: 'nobody', password: adminPassword })).status
  for (let made = 0; made < 4; made++) expect(await attempt(one)).toBe(401)
  await until('the other process refuses too', async () => (await attempt(other)) === 429)
})
