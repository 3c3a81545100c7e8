import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { openSocket } from '../realtime/event-client.ts'
import { type ApiNode, decisionRequest, issue, type Leaf, type Person, report, startApiNode } from './api-node.ts'
import { newAlert, pendingDecision } from './operations.ts'
import { stateOf } from './state.ts'

let node: ApiNode
let owner: Person
let stranger: Person
let operator: Person
let mine: Leaf
let foreign: Leaf
let alerts: Record<'mine' | 'foreign', number>
let decisions: Record<'mine' | 'foreign', number>
beforeAll(async () => {
  node = await startApiNode()
  owner = await node.person('user')
  stranger = await node.person('user')
  operator = await node.person('operator')
  mine = await node.join('node-mine')
  foreign = await node.join('node-foreign')
  await node.join('node-nobodys')
  await node.own('node-mine', owner)
  alerts = { mine: await newAlert(node, mine), foreign: await newAlert(node, foreign) }
  decisions = { mine: await pendingDecision(node, mine), foreign: await pendingDecision(node, foreign) }
})
afterAll(() => node?.close())

type Listed = Array<{ agent_id: string }>
const agentsIn = (list: unknown): string[] => [...new Set((list as Listed).map(({ agent_id }) => agent_id))].sort()

test.each([
  ['/cluster/nodes', 'nodes'],
  ['/alerts', 'alerts'],
  ['/decisions', 'decisions'],
  ['/intents', 'intents'],
])('GET %s has only what belongs to nodes of one’s own, and counts only that', async (path, name) => {
  const seen = expectData(await owner.api.get(path))
  const list = seen[name] as Listed
  expect(agentsIn(list)).toEqual(['node-mine'])
  expect(seen['total']).toBe(list.length)
  expect(expectData(await stranger.api.get(path))).toMatchObject({ total: 0, [name]: [] })
  expect(agentsIn(expectData(await operator.api.get(path))[name])).toEqual(
    expect.arrayContaining(['node-foreign', 'node-mine']),
  )
})

test.each([
  ['/alerts?agent_id=node-foreign', 'alerts'],
  ['/decisions?agent_id=node-foreign', 'decisions'],
  ['/intents?agent_id=node-foreign', 'intents'],
  ['/cluster/nodes?q=foreign', 'nodes'],
])('GET %s: asking for another’s by name finds nothing', async (path, name) => {
  expect(expectData(await owner.api.get(path))).toMatchObject({ total: 0, [name]: [] })
})

test('a topology has one’s own nodes and the monitors above them, and counts no others', async () => {
  const { root, ...sizes } = expectData(await owner.api.get('/cluster/topology'))
  expect(root).toMatchObject({ agent_id: 'monitor-root', counts: { total: 1 }, children: [{ agent_id: 'node-mine' }] })
  expect((root as { children: unknown[] }).children).toHaveLength(1)
  expect(sizes).toEqual({ total_nodes: 2, max_depth: 2 })
  expectError(await owner.api.get('/cluster/topology?root=node-foreign'), 404, 'NOT_FOUND')
})

test('who owns no node still sees the monitor as the root of the topology', async () => {
  expect(expectData(await stranger.api.get('/cluster/topology'))).toMatchObject({
    root: { agent_id: 'monitor-root', level: 0, children: [], counts: { total: 0 } },
    total_nodes: 1,
    max_depth: 1,
  })
})

test('one’s own node, alert and decision are shown, and can be acted upon', async () => {
  expect(expectData(await owner.api.get('/cluster/nodes/node-mine'))).toMatchObject({
    agent: { agent_id: 'node-mine' },
  })
  expect(expectData(await owner.api.get(`/alerts/${alerts.mine}`))).toMatchObject({ agent_id: 'node-mine' })
  expect(expectData(await owner.api.get(`/decisions/${decisions.mine}`))).toMatchObject({ agent_id: 'node-mine' })
  expectData(await owner.api.post(`/alerts/${alerts.mine}/ack`, {}))
  expectData(await owner.api.post(`/decisions/${decisions.mine}/approve`, { reason: 'mine' }))
  expectData(await owner.api.post('/intents', { data: 'seen to', agent_id: 'node-mine' }))
})

test('what belongs to another’s node is not there: 404, never 403, and nothing changes', async () => {
  const before = await stateOf(node.sql)
  for (const { api } of [owner, stranger]) {
    const answers = await Promise.all([
      api.get('/cluster/nodes/node-foreign'),
      api.get(`/alerts/${alerts.foreign}`),
      api.get(`/decisions/${decisions.foreign}`),
      api.post(`/alerts/${alerts.foreign}/ack`, {}),
      api.post(`/alerts/${alerts.foreign}/resolve`, {}),
      api.post(`/decisions/${decisions.foreign}/approve`, { reason: 'not mine' }),
      api.post(`/decisions/${decisions.foreign}/reject`, { reason: 'not mine' }),
      api.post('/intents', { data: 'not mine', agent_id: 'node-foreign' }),
    ])
    for (const answer of answers) expectError(answer, 404, 'NOT_FOUND')
  }
  expect(await stateOf(node.sql)).toEqual(before)
})

test('a note about the monitor itself is not for who does not see it', async () => {
  const before = await stateOf(node.sql)
  expectError(await owner.api.post('/intents', { data: 'about the monitor' }), 404, 'NOT_FOUND')
  expect(await stateOf(node.sql)).toEqual(before)
  expectData(await operator.api.post('/intents', { data: 'about the monitor' }))
})

test('a note on a task is only for a task that is there, on a node that one sees', async () => {
  const [task] =
    await node.sql`select t.id from tasks t join nodes n on n.id = t.node_id where n.agent_id = 'node-foreign' limit 1`
  const before = await stateOf(node.sql)
  expectError(
    await owner.api.post('/intents', { data: 'x', agent_id: 'node-mine', task_id: Number(task?.['id']) }),
    404,
    'NOT_FOUND',
  )
  expectError(await operator.api.post('/intents', { data: 'x', task_id: 4_711_000 }), 404, 'NOT_FOUND')
  expect(await stateOf(node.sql)).toEqual(before)
})

test('the socket tells of one’s own nodes, and of no others', async () => {
  const sockets = await Promise.all(
    [owner, stranger, operator].map(({ token }) => openSocket(`ws://${node.host}/ws?token=${token}`)),
  )
  for (const leaf of [foreign, mine]) {
    await leaf.report({ status: 'critical', issues: [issue('database_crash')] })
    expectData(await leaf.api.post('/decisions/request', decisionRequest(leaf.agentId)))
  }
  const told = await Promise.all(
    sockets.map(async (socket) => {
      await socket.settled()
      socket.raw.close()
      return agentsIn(socket.messages.flatMap(({ data }) => (data ? [data] : [])))
    }),
  )
  expect(told).toEqual([['node-mine'], [], ['node-foreign', 'node-mine']])
})

test('a key speaks for its own node alone: 403 for any other, there or not, and nothing changes', async () => {
  const before = await stateOf(node.sql)
  for (const agentId of ['node-foreign', 'monitor-root', 'nobody']) {
    const heartbeat = { agent_id: agentId, timestamp: new Date().toISOString(), status: 'healthy' }
    expectError(await mine.api.post('/reports', report(agentId)), 403, 'FORBIDDEN')
    expectError(await mine.api.post('/heartbeat', heartbeat), 403, 'FORBIDDEN')
    expectError(await mine.api.post('/decisions/request', decisionRequest(agentId)), 403, 'FORBIDDEN')
    const batch = expectData(await mine.api.post('/reports/batch', { reports: [report(agentId)] }))
    expect(batch['results']).toMatchObject([{ status: 'rejected', error: { code: 'FORBIDDEN' } }])
  }
  expectError(await mine.api.get(`/decisions/${decisions.foreign}`), 404, 'NOT_FOUND')
  expectError(await mine.api.post(`/decisions/${decisions.foreign}/result`, { status: 'success' }), 404, 'NOT_FOUND')
  expect(await stateOf(node.sql)).toEqual(before)
})
