import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, type HttpAnswer, type HttpClient } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'
import { type ApiNode, issue, type Leaf, registration, startApiNode } from './api-node.ts'
import { type Example, lacks, readExamples } from './examples.ts'
import { send } from './operations.ts'

const agentId = 'node-prod-001'
const examples = new Map(readExamples().map((example) => [`${example.method} ${example.path}`, example]))

let node: ApiNode
let leaf: Leaf
let model: ModelStub
beforeAll(async () => {
  model = await startModelStub({ kind: 'approve', reason: '低风险，批准执行' })
  node = await startApiNode({
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'key-of-a-model',
    CORTEX_LLM_MODEL: 'stub',
  })
  // The examples tell one story: the node of number 6 reports what 1 shows, and the lists show what came of it.
  leaf = joined(expectData(await ask('POST /cluster/register', node.anonymous)))
  await node.join('node-prod-002')
  await node.sql`update users set email = 'admin@example.com' where username = 'admin'`
})
afterAll(async () => {
  await node?.close()
  await model?.close()
})

function exampleOf(name: string): Example {
  const example = examples.get(name)
  if (!example) throw new Error(`the API description has no example of ${name}`)
  return example
}

function joined(data: Record<string, unknown>): Leaf {
  const key = String(data['api_key'])
  return { agentId, key, api: node.anonymous.withKey(key), report: async () => ({}) }
}

/** Sends the example's request as it is written, but for the number in its path. */
async function ask(name: string, client: HttpClient, id: number | string = ''): Promise<HttpAnswer> {
  const { method, path, query, request } = exampleOf(name)
  const operation = { method: method.toLowerCase() as 'get', path, access: 'reads' as const }
  return await send(client, operation, path.replace(/\{\w+\}/, String(id)) + query, request)
}

/** Every field that the example's answer has is there, of the same type, with the message that is written there. */
function expectAsDocumented(name: string, answer: HttpAnswer): Record<string, unknown> {
  const { answer: documented } = exampleOf(name)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
  expect(lacks(documented, answer.body)).toEqual([])
  expect(answer.body).toHaveProperty('success', true)
  expect((answer.body as Record<string, unknown>)['message']).toBe(documented['message'])
  return (answer.body as { data?: Record<string, unknown> }).data ?? {}
}

async function newAlert(): Promise<number> {
  const found = expectData(await node.admin.get('/alerts?status=new'))['alerts'] as Array<{ alert_id: number }>
  const [first] = found
  if (first) return first.alert_id
  throw new Error('no alert is open')
}

test('all 19 examples are run here', () => {
  expect([...examples.keys()]).toHaveLength(19)
})

test('6 POST /cluster/register', async () => {
  const data = expectAsDocumented('POST /cluster/register', await ask('POST /cluster/register', node.anonymous))
  expect(data).toMatchObject({ agent_id: agentId, upstream_monitor_url: node.url, parent: 'monitor-root' })
  expect(data['api_key']).toMatch(/^cortex_ak_[0-9a-f]{64}$/)
  leaf = joined(data)
})

test('1 POST /reports: the L2 issue is decided in the answer', async () => {
  const data = expectAsDocumented('POST /reports', await ask('POST /reports', leaf.api))
  expect(data).toMatchObject({
    l2_decisions: [{ issue_type: 'service_down', status: 'approved', reason: expect.stringMatching(/./) }],
    l3_alerts_triggered: 0,
  })
})

test('2 POST /heartbeat: a node that says it is healthy is', async () => {
  const before = Date.now()
  const data = expectAsDocumented('POST /heartbeat', await ask('POST /heartbeat', leaf.api))
  expect(Date.parse(String(data['received_at']))).toBeGreaterThanOrEqual(before)
  expect(expectData(await node.admin.get(`/cluster/nodes/${agentId}`))['agent']).toMatchObject({
    status: 'online',
    health_status: 'healthy',
    last_heartbeat: data['received_at'],
  })
})

test('3 POST /decisions/request', async () => {
  const data = expectAsDocumented('POST /decisions/request', await ask('POST /decisions/request', leaf.api))
  expect(data).toMatchObject({ status: 'approved', decided_by: 'llm', llm_analysis: expect.stringMatching(/./) })
})

test('4 GET /decisions/{decision_id}: the result of its execution is part of it', async () => {
  const { decision_id } = expectData(await ask('POST /decisions/request', leaf.api))
  const result = { status: 'success', executed_at: '2025-11-16T10:00:30Z' }
  expectData(await leaf.api.post(`/decisions/${String(decision_id)}/result`, result))
  for (const client of [leaf.api, node.admin]) {
    const name = 'GET /decisions/{decision_id}'
    const data = expectAsDocumented(name, await ask(name, client, Number(decision_id)))
    expect(data).toMatchObject({
      decision_id,
      agent_id: agentId,
      issue_type: 'service_down',
      issue_description: 'nginx 服务意外停止',
      proposed_action: 'systemctl restart nginx',
      status: 'approved',
      executed_at: '2025-11-16T10:00:30.000Z',
      execution_result: 'success',
    })
  }
})

test('5 GET /decisions', async () => {
  const data = expectAsDocumented('GET /decisions', await ask('GET /decisions', node.admin))
  expect(data).toMatchObject({ limit: 20, offset: 0, total: (data['decisions'] as unknown[]).length })
})

test('7 GET /cluster/nodes', async () => {
  await ask('POST /reports', leaf.api)
  const data = expectAsDocumented('GET /cluster/nodes', await ask('GET /cluster/nodes', node.admin))
  expect(data['nodes']).toContainEqual(
    expect.objectContaining({
      agent_id: agentId,
      name: 'Production Server 1',
      status: 'online',
      issues_count: { L1: 1, L2: 1, L3: 0 },
      metrics: expect.objectContaining({ cpu_percent: 45.2, memory_percent: 62.1, disk_percent: 92.5 }),
    }),
  )
})

test('9 GET /cluster/topology', async () => {
  const answer = await ask('GET /cluster/topology', node.admin)
  const data = expectData(answer)
  expect(data).toMatchObject({
    root: {
      agent_id: 'monitor-root',
      name: 'Root Monitor',
      level: 0,
      children: [
        { agent_id: agentId, name: 'Production Server 1', level: 1, status: 'online', children: [] },
        { agent_id: 'node-prod-002', level: 1, children: [] },
      ],
    },
    total_nodes: 3,
    max_depth: 2,
  })
})

test('10 GET /alerts, 11 GET /alerts/{alert_id}', async () => {
  const details = (exampleOf('GET /alerts/{alert_id}').answer['data'] as { details: unknown }).details
  const crash = issue('database_crash', { description: 'PostgreSQL 数据库崩溃', details })
  const { request } = exampleOf('POST /reports')
  expectData(
    await leaf.api.post('/reports', {
      ...request,
      timestamp: new Date().toISOString(),
      status: 'critical',
      issues: [crash],
    }),
  )
  const data = expectAsDocumented('GET /alerts', await ask('GET /alerts', node.admin))
  const shown = {
    agent_id: agentId,
    agent_name: 'Production Server 1',
    level: 'L3',
    type: 'database_crash',
    description: 'PostgreSQL 数据库崩溃',
    severity: 'critical',
    status: 'new',
    details,
    acknowledged_at: null,
    resolved_at: null,
  }
  expect(data).toMatchObject({ total: 1, limit: 20, offset: 0, alerts: [shown] })
  const one = expectAsDocumented(
    'GET /alerts/{alert_id}',
    await ask('GET /alerts/{alert_id}', node.admin, await newAlert()),
  )
  expect(one).toMatchObject({ ...shown, acknowledged_by: null, notes: null })
})

test('8 GET /cluster/nodes/{agent_id}', async () => {
  const data = expectAsDocumented(
    'GET /cluster/nodes/{agent_id}',
    await ask('GET /cluster/nodes/{agent_id}', node.admin, agentId),
  )
  expect(data).toMatchObject({
    agent: { agent_id: agentId, metadata: { hostname: 'prod-server-1.example.com', ip_address: '192.168.1.100' } },
    alerts: [{ level: 'L3', type: 'database_crash', status: 'new' }],
    stale: false,
  })
})

test('12 POST /alerts/{alert_id}/ack, 13 POST /alerts/{alert_id}/resolve', async () => {
  const id = await newAlert()
  const ack = expectAsDocumented(
    'POST /alerts/{alert_id}/ack',
    await ask('POST /alerts/{alert_id}/ack', node.admin, id),
  )
  expect(ack).toMatchObject({ alert_id: id, status: 'acknowledged', acknowledged_by: 'admin' })
  expect(expectData(await node.admin.get(`/alerts/${id}`))).toMatchObject({ notes: '已知晓，正在处理中' })
  const end = expectAsDocumented(
    'POST /alerts/{alert_id}/resolve',
    await ask('POST /alerts/{alert_id}/resolve', node.admin, id),
  )
  expect(end).toMatchObject({ alert_id: id, status: 'resolved' })
  expect(expectData(await node.admin.get(`/alerts/${id}`))).toMatchObject({
    status: 'resolved',
    notes: '数据库已恢复，问题已解决',
  })
})

test('14 GET /intents', async () => {
  const data = expectAsDocumented('GET /intents', await ask('GET /intents', node.admin))
  expect(data).toMatchObject({ limit: 20, offset: 0, total: (data['intents'] as unknown[]).length })
  expect(data['intents']).toContainEqual(
    expect.objectContaining({
      type: 'decision',
      data: expect.stringContaining(`L2 Decision for ${agentId}: approved - service_down`),
    }),
  )
})

test('15 POST /auth/login, 16 POST /auth/refresh, 17 GET /auth/me', async () => {
  const login = expectAsDocumented('POST /auth/login', await ask('POST /auth/login', node.anonymous))
  expect(login).toMatchObject({
    token_type: 'bearer',
    expires_in: 1800,
    user: { username: 'admin', email: 'admin@example.com', role: 'admin' },
  })
  const client = node.anonymous.withToken(String(login['access_token']))
  const refreshed = expectAsDocumented('POST /auth/refresh', await ask('POST /auth/refresh', client))
  const me = expectAsDocumented(
    'GET /auth/me',
    await ask('GET /auth/me', node.anonymous.withToken(String(refreshed['access_token']))),
  )
  expect(me).toMatchObject({ user_id: 1, username: 'admin', email: 'admin@example.com', role: 'admin' })
})

test('18 POST /auth/api-keys, 19 DELETE /auth/api-keys/{api_key_id}', async () => {
  const name = 'POST /auth/api-keys'
  const { request } = exampleOf(name)
  // The end in the example has a date that passes; only the year is another.
  const year = new Date().getUTCFullYear() + 1
  const answer = await node.admin.post('/auth/api-keys', { ...request, expires_at: `${year}-11-16T00:00:00Z` })
  const data = expectAsDocumented(name, answer)
  expect(data).toMatchObject({
    agent_id: 'node-prod-002',
    name: 'Production Server 2 API Key',
    expires_at: `${year}-11-16T00:00:00.000Z`,
  })
  const revoke = await ask('DELETE /auth/api-keys/{api_key_id}', node.admin, Number(data['api_key_id']))
  expectAsDocumented('DELETE /auth/api-keys/{api_key_id}', revoke)
  expect(revoke.body).not.toHaveProperty('data')
})

test('the error of the document has its fields and nothing else', async () => {
  const answer = await node.anonymous.post('/cluster/register', registration('x', { registration_token: 'wrong' }))
  expect(answer.body).toEqual({
    success: false,
    error: { code: 'UNAUTHORIZED', message: '注册令牌无效', details: {} },
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  })
})
