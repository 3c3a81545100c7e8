import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { SocketLimits } from '../../src/monitor/realtime/socket-limits.ts'
import { refusal } from './event-client.ts'
import { type EventsNode, startEventsNode } from './events-node.ts'

const system = { kind: 'system', name: 'test' } as const
const limits: Partial<SocketLimits> = { maxClients: 6, closeGraceMs: 5_000 }
let node: EventsNode
beforeEach(async () => {
  node = await startEventsNode({ limits })
})
afterEach(() => node?.close())

/** A monitor that asks its clients every second for a sign of life and whether their token still holds. */
async function nodeThatAsksOften(): Promise<EventsNode> {
  const asking = await startEventsNode({ limits: { ...limits, pingIntervalMs: 1_000 } })
  onTestFinished(() => asking.close())
  return asking
}

test('a socket is closed with 4401 when its token ends, whether anything happens or not', async () => {
  const { socket } = await node.connect()
  node.time.offsetMs = 29 * 60_000
  node.report('a')
  await socket.next('report_received')
  node.time.offsetMs = 31 * 60_000
  node.report('b')
  expect(await socket.closed()).toEqual({ code: 4401, reason: 'the token has expired' })
  expect(socket.messages).toHaveLength(1)
})

test('a socket opened by a ticket ends when a token of that moment would', async () => {
  const { token } = await node.addUser('viewer')
  const session = await node.sessions.authenticate(token)
  if (!session.ok) throw new Error('a new token is not valid')
  const { ticket } = await node.tickets.issue(session.actor)
  const socket = await node.open(`/ws?ticket=${ticket}`)
  node.time.offsetMs = 29 * 60_000
  await socket.settled()
  node.time.offsetMs = 31 * 60_000
  expect(await socket.closed()).toMatchObject({ code: 4401 })
})

test.each([
  ['disabled', (id: number) => node.users.update(system, id, { disabled: true })],
  ['given another role', (id: number) => node.users.update(system, id, { role: 'operator' })],
  ['deleted', (id: number) => node.users.remove(system, id)],
])('when a user is %s its sockets are closed at once, and no others', async (_, change) => {
  await node.users.ensureAdmin('first-start-password')
  const { user, socket } = await node.connect()
  const second = await node.open(`/ws?token=${user.token}`)
  const other = await node.connect()
  await change(user.id)
  node.report('after')
  expect(await socket.closed()).toEqual({ code: 4401, reason: 'the token is void' })
  expect(await second.closed()).toMatchObject({ code: 4401 })
  expect(socket.messages).toEqual([])
  await other.socket.settled()
  expect(other.socket.messages).toHaveLength(2)
})

test('a change of the user that was made in another process is noticed too', async () => {
  const asking = await nodeThatAsksOften()
  const { user, socket } = await asking.connect()
  await socket.settled()
  await asking.database.sql`update users set token_version = token_version + 1 where id = ${user.id}`
  asking.time.offsetMs = 6_000
  expect(await socket.closed()).toEqual({ code: 4401, reason: 'the token is void' })
})

test('when events of another process were missed every client is sent away to read anew', async () => {
  const { socket } = await node.connect()
  const other = await node.connect('admin')
  node.bus.emit('events_missed', {})
  expect(await socket.closed()).toMatchObject({ code: 1013 })
  expect(await other.socket.closed()).toMatchObject({ code: 1013 })
  const again = await node.connect()
  await again.socket.settled()
})

test('a slow client is dropped with a reason; the others get everything', async () => {
  const slow = await node.connect()
  const fast = await node.connect()
  slow.socket.raw.pause()
  const description = 'x'.repeat(16_384)
  const alert = { agent_id: 'a', level: 'L3', type: 't', severity: 'high', description } as const
  let sent = 0
  await vi.waitFor(
    async () => {
      for (let burst = 0; burst < 50; burst++) node.emit('new_alert', { alert_id: (sent += 1), ...alert })
      await new Promise((resolve) => setImmediate(resolve))
      expect(node.hub.clients()).toBe(1)
    },
    { timeout: 20_000, interval: 1 },
  )
  slow.socket.raw.resume()
  expect(await slow.socket.closed()).toMatchObject({ code: 4408, reason: expect.stringContaining('too slow') })
  await vi.waitFor(() => expect(fast.socket.messages).toHaveLength(sent), { timeout: 20_000 })
  expect(fast.socket.messages.map((message) => message.data?.alert_id)).toEqual(
    Array.from({ length: sent }, (_, at) => at + 1),
  )
})

test('a client that gives no sign of life is cut off; one that does stays', async () => {
  const asking = await nodeThatAsksOften()
  const dead = await asking.connect('viewer', { autoPong: false })
  const alive = await asking.connect()
  expect(await dead.socket.closed()).toMatchObject({ code: 1006 })
  await alive.socket.settled()
  expect(asking.hub.clients()).toBe(1)
})

test.each<[string, string | Buffer]>([
  ['no JSON', 'ping'],
  ['an unknown type', '{"type":"new_alert"}'],
  ['an event that is not for clients', '{"type":"subscribe","topics":["keys_revoked"]}'],
  ['deep nesting', '['.repeat(30_000)],
  ['bytes', Buffer.from([1, 2, 3])],
])('%s is answered with an error, and the socket stays', async (_, message) => {
  const { socket } = await node.connect()
  socket.send(message)
  expect(await socket.next('error')).toEqual({
    type: 'error',
    data: { code: 'INVALID_REQUEST', message: expect.stringMatching(/消息/) },
    timestamp: expect.stringMatching(/Z$/),
  })
  await socket.settled()
})

test.each<[string, (raw: Awaited<ReturnType<EventsNode['connect']>>['socket']['raw']) => void, number]>([
  ['a message over 64 KiB', (raw) => raw.send('x'.repeat(65_537)), 1009],
  ['more than 20 messages a second', (raw) => Array.from({ length: 21 }, () => raw.send('{"type":"ping"}')), 1008],
  ['more than 20 pings a second', (raw) => Array.from({ length: 21 }, () => raw.ping()), 1008],
])('%s closes the socket', async (_, misuse, code) => {
  const { socket } = await node.connect()
  misuse(socket.raw)
  expect(await socket.closed()).toMatchObject({ code })
  await vi.waitFor(() => expect(node.hub.clients()).toBe(0), 20_000)
})

test('bytes that are no frame end that socket, and nothing else', async () => {
  const { token } = await node.addUser('viewer')
  const other = await node.connect()
  const [host = '', port] = node.host.split(':')
  const socket = connect(Number(port), host)
  socket.on('error', () => undefined)
  socket.write(
    `GET /ws?token=${token} HTTP/1.1\r\nHost: ${node.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  )
  await once(socket, 'data')
  const closed = once(socket, 'close')
  socket.write(Buffer.alloc(1_000, 0xff))
  socket.resume()
  await closed
  await vi.waitFor(() => expect(node.hub.clients()).toBe(1), 20_000)
  await other.socket.settled()
})

test('all sockets together are bounded', async () => {
  for (let taken = 0; taken < 6; taken++) await node.connect()
  const { token } = await node.addUser('viewer')
  expect(await refusal(`ws://${node.host}/ws?token=${token}`)).toMatchObject({
    status: 503,
    body: { error: { code: 'SERVICE_UNAVAILABLE' } },
  })
})

test('a stop closes every socket with 1001, takes no more, and waits for no one that hangs', async () => {
  const polite = await node.connect()
  const hanging = await node.connect()
  const late = await node.addUser('viewer')
  hanging.socket.raw.pause()
  const stopping = node.hub.close()
  expect(await polite.socket.closed()).toEqual({ code: 1001, reason: 'this monitor stops' })
  expect(await refusal(`ws://${node.host}/ws?token=${late.token}`)).toMatchObject({ status: 503 })
  await stopping
  expect(node.hub.clients()).toBe(0)
})
