import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { type Events, type EventType, eventSchemas } from '../../src/contract/events.ts'
import { type EventsNode, startEventsNode } from './events-node.ts'

let node: EventsNode
beforeAll(async () => {
  node = await startEventsNode()
})
afterAll(() => node?.close())

const every: { [T in EventType]: Events[T] } = {
  report_received: { agent_id: 'node-prod-001', status: 'warning', timestamp: '2025-11-16T10:00:00.000Z' },
  node_status_changed: {
    agent_id: 'node-prod-001',
    old_status: 'online',
    new_status: 'offline',
    reason: 'heartbeat_timeout',
  },
  new_alert: {
    alert_id: 90,
    agent_id: 'node-prod-001',
    level: 'L3',
    type: 'database_crash',
    severity: 'critical',
    description: 'PostgreSQL 数据库崩溃',
  },
  alert_updated: { alert_id: 90, agent_id: 'node-prod-001', status: 'resolved', severity: 'critical' },
  decision_completed: {
    decision_id: 678,
    agent_id: 'node-prod-001',
    status: 'approved',
    issue_type: 'service_down',
    reason: 'safe',
    authority: 'root',
  },
  decision_executed: {
    decision_id: 678,
    agent_id: 'node-prod-001',
    issue_type: 'service_down',
    execution_result: 'success',
  },
  decision_waiting: {
    decision_id: 679,
    agent_id: 'node-prod-001',
    issue_type: 'service_down',
    severity: 'high',
    proposed_action: 'systemctl restart nginx',
    reason: 'a person has to look',
    authority: 'root',
    expires_at: '2026-11-21T10:15:00.000Z',
  },
  node_removed: { agent_id: 'node-prod-001', reason: 'deleted' },
}
const types = Object.keys(every) as EventType[]
function emitAll(): void {
  for (const type of types) node.emit(type, every[type])
}

test('every documented event reaches every client as it is written in the document, in the order it happened', async () => {
  const clients = [await node.connect('viewer'), await node.connect('operator'), await node.connect('admin')]
  emitAll()
  node.bus.emit('feed_moved', { urgent: true })
  for (const { socket } of clients) {
    await socket.settled()
    expect(socket.messages.map((message) => message.type)).toEqual([...types, 'pong'])
    for (const message of socket.messages.slice(0, -1)) {
      const type = message.type as EventType
      expect(Object.keys(message)).toEqual(['type', 'data', 'timestamp'])
      expect(message.data).toEqual(every[type])
      expect(eventSchemas[type].safeParse(message.data).success).toBe(true)
      expect(z.iso.datetime().safeParse(message.timestamp).success).toBe(true)
    }
  }
})

test('ping is answered with pong, which carries a timestamp and nothing else', async () => {
  const { socket } = await node.connect()
  socket.send({ type: 'ping' })
  const pong = await socket.next('pong')
  expect(pong).toEqual({ type: 'pong', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) })
})

test('a subscription narrows by topic and node, is confirmed, and the next one replaces it', async () => {
  const { socket } = await node.connect()
  socket.send({ type: 'subscribe', topics: ['report_received'], agent_ids: ['a', 'b'] })
  expect(await socket.next('subscribed')).toEqual({
    type: 'subscribed',
    data: { topics: ['report_received'], agent_ids: ['a', 'b'] },
    timestamp: expect.stringMatching(/Z$/),
  })
  emitAll()
  node.report('b')
  node.report('c')
  await socket.settled()
  expect(socket.messages.map((message) => message.data?.agent_id)).toEqual([undefined, 'b', undefined])

  socket.send({ type: 'subscribe' })
  expect(await socket.next('subscribed')).toMatchObject({ data: { topics: types, agent_ids: null } })
  node.report('c')
  await vi.waitFor(() => expect(socket.messages.at(-1)?.data?.agent_id).toBe('c'), 20_000)
})

test('a user of role user gets the events of the nodes it owns, in order, and of no others', async () => {
  for (const agentId of ['owned-1', 'owned-2', 'foreign', 'nobodys']) await node.addNode(agentId)
  const { user, socket } = await node.connect('user')
  const other = await node.connect('user')
  await node.setOwner('owned-1', user.id)
  await node.setOwner('owned-2', user.id)
  await node.setOwner('foreign', other.user.id)
  for (const agentId of ['foreign', 'owned-1', 'nobodys', 'owned-2', 'unheard-of', 'owned-1']) node.report(agentId)
  node.emit('node_removed', { agent_id: 'owned-2', reason: 'deleted' })

  await vi.waitFor(() => expect(socket.messages).toHaveLength(4), 20_000)
  await socket.settled()
  expect(socket.messages.slice(0, 4).map((message) => message.data?.agent_id)).toEqual([
    'owned-1',
    'owned-2',
    'owned-1',
    'owned-2',
  ])
  await other.socket.settled()
  expect(other.socket.messages.map((message) => message.data?.agent_id)).toEqual(['foreign', undefined])

  // The ownership is looked up again after 5 s.
  await node.setOwner('owned-1', other.user.id)
  node.time.offsetMs += 5_000
  node.report('owned-1')
  await vi.waitFor(() => expect(other.socket.messages.at(-1)?.data?.agent_id).toBe('owned-1'), 20_000)
  await socket.settled()
  expect(socket.messages.filter((message) => message.type !== 'pong')).toHaveLength(4)
})

test('when ownership cannot be read, the clients that depend on it are sent away, and only they', async () => {
  const owner = await node.connect('user')
  const viewer = await node.connect('viewer')
  node.lookups.failing = true
  try {
    node.report('node-that-was-never-read')
    expect(await owner.socket.closed()).toMatchObject({ code: 1013 })
    await viewer.socket.next('report_received')
  } finally {
    node.lookups.failing = false
  }
})
