import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EventClient, type Message, openSocket, refusal } from '../realtime/event-client.ts'
import { expectData } from '../support/http.ts'
import {
  type ApiNode,
  decisionRequest,
  expiredTokenOf,
  issue,
  type Leaf,
  type Person,
  startApiNode,
} from './api-node.ts'
import { lacks, readJson, sectionOf } from './examples.ts'

let node: ApiNode
let leaf: Leaf
let viewer: Person
let socket: EventClient
beforeAll(async () => {
  node = await startApiNode({ CORTEX_OFFLINE_AFTER_S: '1', CORTEX_HEARTBEAT_INTERVAL_S: '0.5' })
  leaf = await node.join('node-prod-001')
  viewer = await node.person('viewer')
  socket = await openSocket(`ws://${node.host}/ws?token=${viewer.token}`)
})
afterAll(async () => {
  socket?.raw.close()
  await node?.close()
})

/** The message has every field of the example with that heading, of the same type. */
function expectAsDocumented(title: string, message: Message): void {
  const [block] = sectionOf(title).blocks
  expect(lacks(readJson(block?.text ?? ''), message)).toEqual([])
  expect(Object.keys(message)).toEqual(['type', 'data', 'timestamp'])
}

test('report_received follows a report', async () => {
  const timestamp = '2025-11-16T18:00:00+08:00'
  await leaf.report({ timestamp, status: 'warning' })
  const message = await socket.next('report_received')
  expectAsDocumented('1. 节点上报事件', message)
  // An offset is taken and shown as UTC.
  expect(message.data).toEqual({ agent_id: 'node-prod-001', status: 'warning', timestamp: '2025-11-16T10:00:00.000Z' })
})

test('new_alert follows an L3 issue, once for the same fault', async () => {
  const crash = issue('database_crash', { description: 'PostgreSQL 数据库崩溃' })
  const receipts = [
    await leaf.report({ status: 'critical', issues: [crash] }),
    await leaf.report({ status: 'critical', issues: [crash] }),
  ]
  expect(receipts.map((receipt) => receipt['l3_alerts_triggered'])).toEqual([1, 0])
  const message = await socket.next('new_alert')
  expectAsDocumented('3. 新告警', message)
  expect(message.data).toEqual({
    alert_id: expect.any(Number),
    agent_id: 'node-prod-001',
    level: 'L3',
    type: 'database_crash',
    severity: 'critical',
    description: 'PostgreSQL 数据库崩溃',
  })
  await socket.settled()
  expect(socket.messages.filter(({ type }) => type === 'new_alert')).toHaveLength(1)
})

test('decision_completed follows a decision', async () => {
  const { decision_id } = expectData(await leaf.api.post('/decisions/request', decisionRequest('node-prod-001')))
  const message = await socket.next('decision_completed')
  expectAsDocumented('4. 决策完成', message)
  expect(message.data).toMatchObject({
    decision_id,
    agent_id: 'node-prod-001',
    status: 'approved',
    issue_type: 'service_down',
  })
})

test('decision_completed follows an L2 issue of a report too', async () => {
  const { issue: asked } = decisionRequest('node-prod-001')
  const redis = { ...asked, level: 'L2', proposed_fix: 'systemctl restart redis', details: { service: 'redis' } }
  const { l2_decisions } = await leaf.report({ status: 'warning', issues: [redis] })
  const [decision] = l2_decisions as Array<{ decision_id: number }>
  expect((await socket.next('decision_completed')).data).toMatchObject({
    decision_id: decision?.decision_id,
    status: 'approved',
  })
})

test('node_status_changed follows a silence', async () => {
  await leaf.report()
  const message = await silence()
  expectAsDocumented('2. 节点状态变化', message)
  expect(message.data).toMatchObject({ agent_id: 'node-prod-001', old_status: 'online', reason: 'heartbeat_timeout' })
})

/** The change by which the leaf goes offline; changes of its health come before. */
async function silence(): Promise<Message> {
  for (;;) {
    const message = await socket.next('node_status_changed')
    if (message.data?.['new_status'] === 'offline') return message
  }
}

test('ping is answered with pong, as documented', async () => {
  socket.send({ type: 'ping' })
  const pong = await socket.next('pong')
  const documented = sectionOf('客户端发送消息').blocks[1]
  expect(lacks(readJson(documented?.text ?? ''), pong)).toEqual([])
  expect(Object.keys(pong)).toEqual(['type', 'timestamp'])
})

test('no token, a wrong one, one that has ended and the key of a node open no socket', async () => {
  const tokens = ['', 'x.y.z', await expiredTokenOf(viewer), leaf.key]
  for (const token of tokens) {
    const { status, body } = await refusal(`ws://${node.host}/ws?token=${token}`)
    expect(status).toBe(401)
    expect(body).toMatchObject({
      success: false,
      error: { code: 'UNAUTHORIZED', message: expect.any(String), details: expect.any(Object) },
    })
  }
})

test('a ticket of POST /auth/ws-ticket opens one socket', async () => {
  const { ticket, expires_in } = expectData(await viewer.api.post('/auth/ws-ticket'))
  expect(expires_in).toBe(30)
  const opened = await openSocket(`ws://${node.host}/ws?ticket=${String(ticket)}`)
  await opened.settled()
  opened.raw.close()
  expect((await refusal(`ws://${node.host}/ws?ticket=${String(ticket)}`)).status).toBe(401)
})
