import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { type ApiNode, decisionRequest, issue, type Leaf, type Person, startApiNode } from './api-node.ts'
import { newAlert } from './operations.ts'
import { stateOf } from './state.ts'

let node: ApiNode
let leaf: Leaf
let operator: Person
beforeAll(async () => {
  node = await startApiNode()
  leaf = await node.join('node-prod-001')
  operator = await node.person('operator')
})
afterAll(() => node?.close())

const alert = async (id: number) => expectData(await node.admin.get(`/alerts/${id}`))

test('POST /alerts/{id}/ack, /resolve: the actor is the token’s user; the user of the body is kept beside it', async () => {
  const id = await newAlert(node, leaf)
  const ack = await operator.api.post(`/alerts/${id}/ack`, { user: 'admin', notes: 'on it' })
  expect(expectData(ack)).toEqual({
    alert_id: id,
    status: 'acknowledged',
    acknowledged_at: expect.stringMatching(/Z$/),
    acknowledged_by: operator.username,
  })
  const resolve = await operator.api.post(`/alerts/${id}/resolve`, { user: 'admin', notes: 'done' })
  expect(expectData(resolve)).toMatchObject({ alert_id: id, status: 'resolved', resolved_by: operator.username })
  expect(await alert(id)).toMatchObject({
    acknowledged_by: operator.username,
    resolved_by: operator.username,
    notes: 'done',
  })
  const entries =
    await node.sql`select action, details->>'on_behalf_of' as for from audit_log where action like 'alert.%' order by id`
  expect([...entries]).toEqual([
    { action: 'alert.acknowledge', for: 'admin' },
    { action: 'alert.resolve', for: 'admin' },
  ])
})

test.each([
  ['ack', 'alert acknowledged'],
  ['resolve', 'alert resolved'],
])('POST /alerts/{id}/%s: the second time is 409 and changes nothing', async (verb, message) => {
  const id = await newAlert(node, leaf)
  const english = node.admin.with({ 'Accept-Language': 'en' })
  expect((await english.post(`/alerts/${id}/${verb}`, { notes: 'first' })).body).toHaveProperty('message', message)
  const before = await stateOf(node.sql)
  const again = await english.post(`/alerts/${id}/${verb}`, { notes: 'second' })
  expect(expectError(again, 409, 'CONFLICT').message).toMatch(/already (acknowledged|resolved) by admin/)
  expect(await stateOf(node.sql)).toEqual(before)
})

test('an alert that was never acknowledged may be resolved, and then not acknowledged', async () => {
  const id = await newAlert(node, leaf)
  expectData(await node.admin.post(`/alerts/${id}/resolve`))
  expectError(await node.admin.post(`/alerts/${id}/ack`), 409, 'CONFLICT')
  expect(await alert(id)).toMatchObject({ status: 'resolved', acknowledged_at: null, acknowledged_by: null })
})

test('of two people who act at the same moment one does, the other gets 409', async () => {
  const id = await newAlert(node, leaf)
  const answers = await Promise.all([node.admin, operator.api].map((api) => api.post(`/alerts/${id}/ack`, {})))
  expect(answers.map(({ status }) => String(status)).sort()).toEqual(['200', '409'])
})

test('an acknowledgement without notes keeps those that were there', async () => {
  const id = await newAlert(node, leaf)
  expectData(await node.admin.post(`/alerts/${id}/ack`, { notes: 'first' }))
  expectData(await node.admin.post(`/alerts/${id}/resolve`, {}))
  expect(await alert(id)).toMatchObject({ notes: 'first' })
})

test('GET /alerts: every filter narrows, together they narrow further', async () => {
  const other = await node.join('node-prod-002')
  await other.report({
    status: 'critical',
    issues: [issue('a', { severity: 'low' }), issue('b', { severity: 'high' })],
  })
  const count = async (query: string) => expectData(await node.admin.get(`/alerts?${query}`))['total']
  expect(await count('agent_id=node-prod-002')).toBe(2)
  expect(await count('agent_id=node-prod-002&severity=low')).toBe(1)
  expect(await count('agent_id=node-prod-002&severity=low&status=resolved')).toBe(0)
  expect(await count('agent_id=node-prod-002&level=L3')).toBe(2)
  expect(await count('agent_id=node-prod-002&level=L1')).toBe(0)
  expect(await count('status=acknowledged')).toBeGreaterThan(0)
  expect(await count('agent_id=nobody')).toBe(0)
  const page = expectData(await node.admin.get('/alerts?agent_id=node-prod-002&limit=1&offset=1'))
  expect(page).toMatchObject({ total: 2, limit: 1, offset: 1 })
  expect(page['alerts']).toHaveLength(1)
})

test('GET /alerts: a subtree, a type, a text and "open" narrow too; signs of a pattern are taken as they are', async () => {
  const other = await node.join('node-prod-094')
  await other.report({
    status: 'critical',
    issues: [issue('disk_full', { description: '100% of /var' }), issue('oom')],
  })
  const count = async (query: string) => expectData(await node.admin.get(`/alerts?${query}`))['total']
  expect(await count('under=node-prod-094')).toBe(2)
  expect(await count('under=nobody')).toBe(0)
  expect(await count('under=node-prod-094&type=oom')).toBe(1)
  expect(await count('under=node-prod-094&q=100%25')).toBe(1)
  expect(await count('under=node-prod-094&q=PROD-094')).toBe(2)
  expect(await count('under=node-prod-094&q=_full')).toBe(1)
  expect(await count('under=node-prod-094&q=_')).toBe(1)
  const open = expectData(await node.admin.get('/alerts?under=node-prod-094&type=oom&open=true'))
  const [{ alert_id, task_id }] = open['alerts'] as [{ alert_id: number; task_id: number }]
  expectData(await node.admin.post(`/alerts/${alert_id}/resolve`, { user: 'the night shift' }))
  expect(await alert(alert_id)).toMatchObject({ on_behalf_of: 'the night shift' })
  expect(await count('under=node-prod-094&open=true')).toBe(1)
  expect(await count('under=node-prod-094&open=false')).toBe(1)
  expectError(await node.admin.get('/alerts?open=maybe'), 400, 'INVALID_REQUEST')
  expect(expectData(await node.admin.get(`/intents?task_id=${task_id}`))['total']).toBe(2)
  expect(expectData(await node.admin.get(`/decisions?task_id=${task_id}`))['total']).toBe(0)
})

test('an alert whose fault a complete report no longer has ends by itself, and comes back as a new one', async () => {
  const metadata = { issues_complete: true }
  const crash = issue('database_crash')
  const triggered = async (issues: unknown[]) => (await leaf.report({ issues, metadata }))['l3_alerts_triggered']
  expect([await triggered([crash]), await triggered([]), await triggered([crash])]).toEqual([1, 0, 1])
  const { alerts } = expectData(await node.admin.get(`/alerts?agent_id=${leaf.agentId}`))
  const states = (alerts as Array<Record<string, unknown>>).filter(({ type }) => type === 'database_crash')
  expect(states).toMatchObject([{ status: 'new' }, { status: 'resolved', resolved_by: 'system' }])
})

test('GET /intents: what happened to one fault has one task_id, from its first event to its end', async () => {
  const third = await node.join('node-prod-003')
  const { decision_id } = expectData(await third.api.post('/decisions/request', decisionRequest('node-prod-003')))
  expectData(await third.api.post(`/decisions/${String(decision_id)}/result`, { status: 'success' }))
  const list = async (query: string) => expectData(await node.admin.get(`/intents?${query}`))
  const intents = (await list('agent_id=node-prod-003'))['intents'] as Array<{ task_id: number | null; type: string }>
  const tasks = new Set(intents.filter(({ task_id }) => task_id !== null).map(({ task_id }) => task_id))
  expect(tasks.size).toBe(1)
  const [task] = tasks
  const ofTask = await list(`task_id=${String(task)}`)
  expect(ofTask['total']).toBe(intents.length - 1)

  const note = await node.admin.with({ 'Accept-Language': 'en' }).post('/intents', { data: 'watched', task_id: task })
  expect(note.body).toEqual({ success: true, message: 'note added', timestamp: expect.any(String) })
  // The note is about the node of its task.
  expect((await list(`task_id=${String(task)}&limit=1`))['intents']).toMatchObject([
    { type: 'note', data: 'watched', agent_id: 'node-prod-003', actor: 'admin', task_id: task },
  ])
})

test('GET /intents: since takes a span and a time; the types are the documented ones', async () => {
  const total = async (query: string) => Number(expectData(await node.admin.get(`/intents?${query}`))['total'])
  const all = await total('limit=1')
  for (const since of ['30m', '24h', '7d', '2025-01-01T00:00:00Z', '2025-01-01T08:00:00%2B08:00'])
    expect(await total(`since=${since}`)).toBe(all)
  expect(await total(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toBe(0)
  const byType = await Promise.all(['decision', 'blocker', 'milestone', 'note'].map((type) => total(`type=${type}`)))
  expect(byType.every((count) => count > 0)).toBe(true)
  expect(byType.reduce((sum, count) => sum + count)).toBe(all)
})
