import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { expectError, httpClient } from '../support/http.ts'
import { refusal, type SocketOptions } from './event-client.ts'
import { type EventsNode, startEventsNode } from './events-node.ts'

let node: EventsNode
let url: string
let token: string
beforeAll(async () => {
  node = await startEventsNode({ allowedOrigins: ['https://status.example.com'], limits: { maxPerHolder: 3 } })
  url = `ws://${node.host}/ws`
  ;({ token } = await node.addUser('viewer'))
})
afterAll(() => node?.close())

async function newTicket(): Promise<string> {
  const actor = await node.sessions.authenticate((await node.addUser('viewer')).token)
  if (!actor.ok) throw new Error('a new token is not valid')
  return (await node.tickets.issue(actor.actor)).ticket
}

test.each<[string, () => { path: string; options?: SocketOptions }]>([
  ['the query', () => ({ path: `/ws?token=${token}` })],
  ['the header', () => ({ path: '/ws', options: { headers: { Authorization: `Bearer ${token}` } } })],
  ['a subprotocol', () => ({ path: '/ws', options: { protocols: ['bearer', token] } })],
])('a token in %s opens the socket', async (_, request) => {
  const { path, options } = request()
  const socket = await node.open(path, options)
  await socket.settled()
  expect(socket.raw.protocol).toBe(options?.protocols ? 'bearer' : '')
  socket.raw.close()
  await socket.closed()
})

test('a ticket opens one socket', async () => {
  const ticket = await newTicket()
  await (await node.open(`/ws?ticket=${ticket}`)).settled()
  expect(await refusal(`${url}?ticket=${ticket}`)).toMatchObject({
    status: 401,
    body: { error: { code: 'UNAUTHORIZED' } },
  })
})

test.each<[string, () => string | Promise<string>, object, number, string, object]>([
  ['no token', () => '', {}, 401, 'UNAUTHORIZED', { reason: 'missing' }],
  ['a token of nobody', () => '?token=abc.def.ghi', {}, 401, 'UNAUTHORIZED', { reason: 'invalid' }],
  ['a very long token', () => `?token=${'x'.repeat(8_000)}`, {}, 401, 'UNAUTHORIZED', { reason: 'invalid' }],
  ['a ticket as a token', async () => `?token=${await newTicket()}`, {}, 401, 'UNAUTHORIZED', { reason: 'invalid' }],
  ['a token as a ticket', () => `?ticket=${token}`, {}, 401, 'UNAUTHORIZED', { reason: 'invalid' }],
  [
    'a wrong header before a right query',
    () => `?token=${token}`,
    { headers: { Authorization: 'Bearer x' } },
    401,
    'UNAUTHORIZED',
    { reason: 'invalid' },
  ],
  [
    'an unknown subprotocol token',
    () => '',
    { protocols: ['bearer', 'a.b.c'] },
    401,
    'UNAUTHORIZED',
    { reason: 'invalid' },
  ],
  [
    'a page of another site',
    () => `?token=${token}`,
    { origin: 'https://evil.example.com' },
    403,
    'FORBIDDEN',
    { reason: 'origin' },
  ],
])('%s is refused over HTTP in the documented shape', async (_, query, options, status, code, details) => {
  const answer = await refusal(url + (await query()), options)
  expect(answer).toMatchObject({ status, body: { success: false, error: { code, details } } })
  expect(answer.body.timestamp).toMatch(/Z$/)
  expect(answer.headers['x-request-id']).toBeDefined()
})

test('an expired token, and one that was voided, is refused', async () => {
  const old = await node.addUser('viewer')
  const voided = await node.addUser('viewer')
  await node.users.update({ kind: 'system', name: 'test' }, voided.id, { disabled: true })
  expect(await refusal(`${url}?token=${voided.token}`)).toMatchObject({ status: 401 })
  node.time.offsetMs = 31 * 60_000
  try {
    expect(await refusal(`${url}?token=${old.token}`)).toMatchObject({
      status: 401,
      body: { error: { details: { reason: 'expired' } } },
    })
  } finally {
    node.time.offsetMs = 0
  }
})

test('the refusal speaks the language of the request', async () => {
  const chinese = await refusal(url)
  const english = await refusal(url, { headers: { 'Accept-Language': 'en' } })
  expect(chinese.body.error.message).toMatch(/未登录/)
  expect(english.body.error.message).toMatch(/Not logged in/)
})

test('pages of our own host and of allowed sites may connect', async () => {
  for (const origin of [`http://${node.host}`, 'https://status.example.com']) {
    const socket = await node.open(`/ws?token=${token}`, { origin })
    socket.raw.close()
    await socket.closed()
  }
})

test('a plain request gets 401 without a token and 400 with one', async () => {
  const client = httpClient(`http://${node.host}`)
  expectError(await client.get('/ws'), 401, 'UNAUTHORIZED')
  expectError(await client.get(`/ws?token=${token}`), 400, 'INVALID_REQUEST')
  expectError(await client.post(`/ws?token=${token}`), 405, 'METHOD_NOT_ALLOWED')
})

test('a user has a bounded number of sockets, and gets a place back when one closes', async () => {
  const user = await node.addUser('viewer')
  const path = `/ws?token=${user.token}`
  const sockets = [await node.open(path), await node.open(path), await node.open(path)]
  expect(await refusal(`ws://${node.host}${path}`)).toMatchObject({
    status: 429,
    body: { error: { code: 'RATE_LIMITED' } },
  })
  sockets[0]?.raw.terminate()
  const again = await vi.waitFor(() => node.open(path), { timeout: 20_000 })
  await again.settled()
})

test('a handshake that breaks off leaves no place taken', async () => {
  const user = await node.addUser('viewer')
  const [host = '', port] = node.host.split(':')
  const start = `GET /ws?token=${user.token} HTTP/1.1\r\nHost: ${node.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
  for (let round = 0; round < 5; round++) {
    // No key: the library refuses it after the place was given.
    const refused = connect(Number(port), host)
    refused.write(`${start}Sec-WebSocket-Version: 13\r\n\r\n`)
    expect(String(await once(refused, 'data'))).toMatch(/^HTTP\/1\.1 400 /)
    const broken = connect(Number(port), host)
    broken.write(`${start}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`, () =>
      broken.destroy(),
    )
    await Promise.all([refused, broken].map(ended))
  }
  const path = `/ws?token=${user.token}`
  for (let place = 0; place < 3; place++) await vi.waitFor(() => node.open(path), { timeout: 20_000 })
})

test('no token and no ticket ever reaches the log', async () => {
  const user = await node.addUser('viewer')
  const ticket = await newTicket()
  await node.open(`/ws?token=${user.token}`)
  await node.open('/ws', { protocols: ['bearer', user.token] })
  await node.open(`/ws?ticket=${ticket}`)
  await refusal(`${url}?token=${user.token}x`)
  const log = node.lines.join('\n')
  expect(log).toContain('/ws')
  for (const secret of [user.token, ticket]) expect(log).not.toContain(secret.slice(-40))
})

async function ended(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket.resume(), 'close')
}
