import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { type ApiNode, issue, type Leaf, registration, startApiNode } from './api-node.ts'
import { stateOf } from './state.ts'

let node: ApiNode
let leaf: Leaf
const uid = randomUUID()
beforeAll(async () => {
  node = await startApiNode({ CORTEX_PUBLIC_URL: 'https://monitor.example.com' })
  leaf = await node.join('node-prod-001', { node_uid: uid, role: 'probe', version: '1.2.3' })
})
afterAll(() => node?.close())

const register = (agentId: string, more: Record<string, unknown> = {}) =>
  node.anonymous.post('/cluster/register', registration(agentId, more))

test('POST /cluster/register: the answer names the parent and all above it, and the address to report to', async () => {
  const answer = await register('node-a', { node_uid: randomUUID() })
  expect(answer.body).toHaveProperty('message', '节点注册成功')
  expect(expectData(answer)).toMatchObject({
    agent_id: 'node-a',
    api_key: expect.stringMatching(/^cortex_ak_[0-9a-f]{64}$/),
    upstream_monitor_url: 'https://monitor.example.com',
    registered_at: expect.stringMatching(/Z$/),
    parent: 'monitor-root',
    lineage: ['monitor-root'],
  })
})

test('POST /cluster/register: the same machine again gets a new key, and its old one goes on for a while', async () => {
  const { api_key } = expectData(await register(leaf.agentId, { node_uid: uid }))
  for (const key of [leaf.key, String(api_key)]) {
    const beat = { agent_id: leaf.agentId, timestamp: new Date().toISOString(), status: 'healthy' }
    expectData(await node.anonymous.withKey(key).post('/heartbeat', beat))
  }
  const { nodes } = expectData(await node.admin.get('/cluster/nodes?q=node-prod-001'))
  expect(nodes).toHaveLength(1)
})

test('POST /cluster/register: 401 for a wrong token, in both languages, and nobody has joined', async () => {
  const before = await stateOf(node.sql)
  for (const token of ['wrong', 'secret-registration-tokeN', 'secret-registration-token ', 'x'.repeat(512)]) {
    expectError(await register('node-b', { registration_token: token }), 401, 'UNAUTHORIZED')
  }
  const english = node.anonymous.with({ 'Accept-Language': 'en' })
  const answer = await english.post('/cluster/register', registration('node-b', { registration_token: 'wrong' }))
  expect(expectError(answer, 401, 'UNAUTHORIZED').message).toBe('the registration token is wrong')
  expect(await stateOf(node.sql)).toEqual(before)
})

test('POST /cluster/register: 409 for a taken agent_id, from another machine and from one that says nothing; people are told', async () => {
  const keysBefore = expectData(await node.admin.get('/auth/api-keys'))
  for (const more of [{ node_uid: randomUUID() }, {}]) {
    const { details } = expectError(await register(leaf.agentId, more), 409, 'CONFLICT')
    expect(details).toMatchObject({ field: 'agent_id', reason: 'agent_id_taken' })
  }
  expect(expectData(await node.admin.get('/auth/api-keys'))).toEqual(keysBefore)
  const { alerts } = expectData(await node.admin.get(`/alerts?agent_id=${leaf.agentId}`))
  expect(alerts).toMatchObject([{ origin: 'tree', status: 'new' }])
  expect(expectData(await node.admin.get(`/cluster/nodes/${leaf.agentId}`))).toMatchObject({
    agent: { name: 'Node node-prod-001' },
  })
})

test('POST /cluster/register: 409 for a node that would be its own ancestor, and nothing has changed', async () => {
  const before = await stateOf(node.sql)
  const { details } = expectError(await register('monitor-root', { node_uid: randomUUID() }), 409, 'CONFLICT')
  expect(details).toMatchObject({ reason: 'loop' })
  expect(await stateOf(node.sql)).toEqual(before)
})

test.each([
  ['agent_id', { agent_id: '' }],
  ['agent_id', { agent_id: 'a b' }],
  ['agent_id', { agent_id: 'x'.repeat(129) }],
  ['agent_id', { agent_id: undefined }],
  ['name', { name: '' }],
  ['name', { name: 'x'.repeat(257) }],
  ['role', { role: 'root' }],
  ['metadata', { metadata: 'none' }],
  ['registration_token', { registration_token: undefined }],
])('POST /cluster/register: 400 naming %s for %j', async (field, more) => {
  const before = await stateOf(node.sql)
  expect(expectError(await register('node-c', more), 400, 'INVALID_REQUEST').message).toContain(field)
  expect(await stateOf(node.sql)).toEqual(before)
})

test('GET /cluster/nodes: filters, counts, order and pages', async () => {
  const ill = await node.join('node-ill')
  await ill.report({ status: 'critical', issues: [issue('x')] })
  await leaf.report({ status: 'healthy' })
  const list = async (query = '') => expectData(await node.admin.get(`/cluster/nodes${query}`))
  const idsOf = async (query: string) =>
    ((await list(query))['nodes'] as Array<{ agent_id: string }>).map(({ agent_id }) => agent_id)

  expect(await list()).toMatchObject({ total: 3, online: 2, offline: 0, unreachable: 0, unknown: 1 })
  expect(await idsOf('')).toEqual(['node-a', 'node-ill', 'node-prod-001'])
  expect(await idsOf('?sort=-agent_id&limit=2')).toEqual(['node-prod-001', 'node-ill'])
  expect(await idsOf('?sort=-agent_id&limit=2&offset=2')).toEqual(['node-a'])
  expect(await idsOf('?status=online')).toEqual(['node-ill', 'node-prod-001'])
  expect(await idsOf('?status=offline')).toEqual([])
  expect(await idsOf('?health=critical')).toEqual(['node-ill'])
  expect(await idsOf('?status=online&health=healthy')).toEqual(['node-prod-001'])
  expect(await idsOf('?q=PROD')).toEqual(['node-prod-001'])
  expect(await idsOf('?q=%25')).toEqual([])
  expect(await idsOf('?parent=monitor-root&depth=1')).toHaveLength(3)
  expect(await idsOf('?depth=2')).toEqual([])
  expect((await list('?q=ill'))['nodes']).toEqual([
    {
      agent_id: 'node-ill',
      server_id: expect.any(Number),
      name: 'Node node-ill',
      role: 'probe',
      version: null,
      status: 'online',
      health_status: 'critical',
      last_heartbeat: expect.stringMatching(/Z$/),
      issues_count: { L1: 0, L2: 0, L3: 1 },
      metrics: expect.objectContaining({ cpu_percent: 45.2 }),
      parent_id: 'monitor-root',
      path: ['monitor-root', 'node-ill'],
      depth: 1,
      stale_since: null,
    },
  ])
})

test('GET /cluster/nodes/{agent_id}: averages and availability are of what was reported', async () => {
  const metered = await node.join('node-metered', { version: '2.0.0', metadata: { os: 'Debian 12' } })
  const base = { memory_percent: 20, disk_percent: 30, load_average: [0, 0, 0], uptime_seconds: 1 }
  await metered.report({ metrics: { ...base, cpu_percent: 10 } })
  await metered.report({ metrics: { ...base, cpu_percent: 20 } })
  const detail = expectData(await node.admin.get('/cluster/nodes/node-metered'))
  expect(detail).toMatchObject({
    agent: { version: '2.0.0', metadata: { os: 'Debian 12' }, upstream_monitor_url: 'https://monitor.example.com' },
    recent_reports: [{ metrics: { cpu_percent: 20 } }, { metrics: { cpu_percent: 10 } }],
    metrics_summary: { avg_cpu: 15, avg_memory: 20, avg_disk: 30 },
    stale: false,
    stale_since: null,
    stale_reason: null,
  })
  const never = expectData(await node.admin.get('/cluster/nodes/node-a'))
  expect(never).toMatchObject({
    agent: { status: 'unknown', last_heartbeat: null, metrics: null },
    recent_reports: [],
    decisions: [],
    alerts: [],
  })
})

test('GET /cluster/topology: depth cuts what is shown and not what is counted; root begins further down', async () => {
  const cut = expectData(await node.admin.get('/cluster/topology?depth=0'))
  expect(cut).toMatchObject({ root: { agent_id: 'monitor-root', children: [], counts: { total: 4 } }, total_nodes: 5 })
  expect(expectData(await node.admin.get('/cluster/topology?root=node-ill'))).toMatchObject({
    root: { agent_id: 'node-ill', level: 0, status: 'online', health_status: 'critical', children: [] },
    total_nodes: 1,
    max_depth: 1,
  })
  expectError(await node.admin.get('/cluster/topology?root=nobody'), 404, 'NOT_FOUND')
})

test('DELETE /cluster/nodes/{agent_id}: the node is gone at once, its key with it, and it stays away', async () => {
  const gone = await node.join('node-gone', { node_uid: 'uid-of-the-gone' })
  const answer = await node.admin.delete('/cluster/nodes/node-gone')
  expect(answer.body).toEqual({ success: true, message: '节点已删除', timestamp: expect.stringMatching(/Z$/) })
  expectError(await gone.api.post('/reports', {}), 401, 'UNAUTHORIZED')
  expectError(await node.admin.get('/cluster/nodes/node-gone'), 404, 'NOT_FOUND')
  expectError(await node.admin.post('/auth/api-keys', { agent_id: 'node-gone', name: 'back' }), 404, 'NOT_FOUND')
  expectError(await node.admin.post('/intents', { data: 'x', agent_id: 'node-gone' }), 404, 'NOT_FOUND')
  expect(JSON.stringify(expectData(await node.admin.get('/cluster/topology')))).not.toContain('node-gone')

  const before = await stateOf(node.sql)
  expectError(await node.admin.delete('/cluster/nodes/node-gone'), 404, 'NOT_FOUND')
  expectError(await node.admin.delete('/cluster/nodes/monitor-root'), 409, 'CONFLICT')
  expectError(await register('node-gone', { node_uid: 'uid-of-the-gone' }), 403, 'FORBIDDEN')
  expect(await stateOf(node.sql)).toEqual(before)
})
