import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ServerRequestType } from '../../src/contract/better-monitor/server-socket.ts'
import type { UserRole } from '../../src/contract/common.ts'
import { createTokens } from '../../src/monitor/auth/tokens.ts'
import { expiredTokenOf } from '../cortex-api/api-node.ts'
import { refusal } from '../realtime/event-client.ts'
import { openServerSocket, type ServerClient } from '../support/server-socket.ts'
import { until } from '../support/until.ts'
import { addServer, adminPassword, expectBody, measured, type Site, startSite } from './site.ts'

let site: Site
let scratch: string
let self: number
let admin: string
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'cortex-socket-'))
  // The monitor watches its own host, and allows files there and nothing else.
  site = await startSite({
    CORTEX_PROBE_ENABLED: 'true',
    CORTEX_REPORT_INTERVAL_S: '0.3',
    CORTEX_CAPABILITIES: `files:${scratch}`,
    CORTEX_DOCKER_SOCKET: join(scratch, 'no-engine.sock'),
  })
  const [row] = await site.node.sql`select id from nodes where is_self`
  self = Number(row?.['id'])
  admin = String(
    expectBody(await site.anonymous.post('/auth/login', { username: 'admin', password: adminPassword }))['token'],
  )
})
afterAll(async () => {
  await site?.close()
  rmSync(scratch, { recursive: true, force: true })
})

const address = (server: number | string) => `ws://${site.node.host}/ws/servers/${server}`

async function connect(server = self, token = admin): Promise<ServerClient> {
  const client = await openServerSocket(`${address(server)}?token=${token}`)
  onTestFinished(() => client.raw.terminate())
  return client
}

/** For each type: something that is right, something that is not and the field at fault, and whether it acts. */
const requests: Record<string, { right: object; wrong: [object, string] | null; acts: boolean; capability?: string }> =
  {
    shell_command: {
      right: { command: 'true' },
      wrong: [{ command: 7 }, 'command'],
      acts: true,
      capability: 'terminal',
    },
    file_list: { right: { path: '/srv' }, wrong: [{}, 'path'], acts: true, capability: 'files' },
    file_content: { right: { path: '/srv/x' }, wrong: [{ path: '' }, 'path'], acts: true, capability: 'files' },
    file_upload: {
      right: { path: '/srv/x', content: '' },
      wrong: [{ content: 'x' }, 'path'],
      acts: true,
      capability: 'files',
    },
    process_list: { right: {}, wrong: null, acts: false },
    process_kill: { right: { pid: 4_194_000 }, wrong: [{ pid: 0 }, 'pid'], acts: true, capability: 'processes' },
    docker_command: {
      right: { action: 'start', container_id: 'web' },
      wrong: [{ action: 'start', container_id: '../x' }, 'container_id'],
      acts: true,
      capability: 'docker',
    },
    nginx_command: {
      right: { action: 'reload' },
      wrong: [{ action: 'explode' }, 'action'],
      acts: true,
      capability: 'nginx',
    },
    heartbeat: { right: {}, wrong: null, acts: false },
    job_watch: { right: { job_id: 'no-such-job' }, wrong: [{ job_id: '.' }, 'job_id'], acts: false },
    cancel: { right: { request_id: 'x' }, wrong: [{}, 'request_id'], acts: false },
  }
const named = Object.entries(requests)

test('every type that the socket takes is tried here', () => {
  expect(Object.keys(requests)).toEqual(ServerRequestType.options)
})

test.each(named.filter(([, { wrong }]) => wrong))('%s: bad input names the field', async (type, { wrong }) => {
  const client = await connect()
  const [data, field] = wrong ?? [{}, '']
  client.send({ type, data, request_id: 'bad' })
  const error = await client.told('error')
  expect(error).toMatchObject({ code: 'INVALID_REQUEST', details: { issues: [{ path: field }] } })
  expect(error['message']).toContain(field)
})

test.each(named.filter(([, { acts }]) => acts))(
  '%s: a viewer may not, an owner of nothing sees nothing',
  async (type, { right }) => {
    const viewer = await connect(self, (await person('viewer')).token)
    expect(await viewer.ask(type, { ...right })).toMatchObject({ type: 'error', data: { code: 'FORBIDDEN' } })
  },
)

test.each(named.filter(([, { capability }]) => capability))(
  '%s: what the node does not allow is FORBIDDEN',
  async (type, { right, capability = '' }) => {
    const client = await connect()
    const answer = await client.ask(type, { ...right })
    expect(answer).toMatchObject({ type: 'error', data: { code: 'FORBIDDEN' } })
    if (capability !== 'files') expect(answer.data['message']).toContain(capability)
  },
)

test.each(named.filter(([type]) => type !== 'heartbeat' && type !== 'cancel'))(
  '%s: on a server that is offline it is SERVER_OFFLINE',
  async (type, { right }) => {
    const { id } = await addServer(site.admin, 'Never Heard Of')
    const client = await connect(id)
    expect(await client.told('status')).toMatchObject({ online: false })
    expect(await client.ask(type, { ...right })).toMatchObject({ type: 'error', data: { code: 'SERVER_OFFLINE' } })
  },
)

interface Known {
  id: number
  token: string
}
async function person(role: UserRole): Promise<Known> {
  return await site.node.person(role)
}

test('files go and come, in `data` or in `payload`, and the id of a request may stand in either place', async () => {
  const client = await connect()
  const path = join(scratch, 'hello.txt')
  expect(await client.ask('file_upload', { path, content: '你好' })).toMatchObject({
    type: 'file_upload_response',
    data: { path, size: 6 },
  })
  client.send({ type: 'file_content', payload: { path, request_id: 'inside' } })
  expect(await client.told('file_content_response')).toMatchObject({
    content: '你好',
    encoding: 'utf8',
    request_id: 'inside',
  })
  const listed = await client.ask('file_list', { path: scratch })
  expect(listed).toMatchObject({ type: 'file_list_response', data: { path: scratch } })
})

test('heartbeat, processes and nginx are answered, each by its own type', async () => {
  const client = await connect()
  expect(await client.ask('heartbeat')).toMatchObject({ type: 'heartbeat_response' })
  const processes = await client.ask('process_list')
  expect(processes).toMatchObject({ type: 'process_list_response', data: { processes: expect.any(Array) } })
  const nginx = await client.ask('nginx_command', { action: 'status' })
  expect(nginx).toMatchObject({ type: 'nginx_response', data: { action: 'status' } })
})

test.each([['no JSON'], ['{"type":"rm_rf"}'], ['[]'], [Buffer.from([1])]])(
  'what is no message is refused, and the socket stays: %s',
  async (text) => {
    const client = await connect()
    client.send(text)
    expect(await client.told('error')).toMatchObject({ code: 'INVALID_REQUEST' })
    expect(await client.ask('heartbeat')).toMatchObject({ type: 'heartbeat_response' })
  },
)

test('a file larger than a message is refused with where to get it', async () => {
  const path = join(scratch, 'large.bin')
  writeFileSync(path, Buffer.alloc(1_100_000))
  const answer = await (await connect()).ask('file_content', { path })
  expect(answer).toMatchObject({ type: 'error', data: { code: 'PAYLOAD_TOO_LARGE' } })
  expect(JSON.stringify(answer.data)).toContain('1048576')
})

test('who may not see the server is told 404, who shows no token 401, a page of another site 403', async () => {
  const user = await person('user')
  expect(await refusal(`${address(self)}?token=${user.token}`)).toMatchObject({ status: 404 })
  expect(await refusal(`${address(4_711_000)}?token=${admin}`)).toMatchObject({ status: 404 })
  expect(await refusal(`${address('one')}?token=${admin}`)).toMatchObject({ status: 404 })
  expect(await refusal(address(self))).toMatchObject({ status: 401 })
  expect(await refusal(`${address(self)}?token=${await expiredTokenOf({ id: 1 })}`)).toMatchObject({ status: 401 })
  const evil = { origin: 'https://evil.example.com' }
  expect(await refusal(`${address(self)}?token=${admin}`, evil)).toMatchObject({ status: 403 })
})

test('a socket is closed with 4401 when its token ends, and when its user is given another role', async () => {
  const tokens = await createTokens({ secretKey: Buffer.alloc(32, 7), clock: Date.now })
  const claims = { userId: 1, role: 'admin' as const, version: 1, authTime: Math.floor(Date.now() / 1000) }
  const shortly = await connect(self, await tokens.sign('api', claims, 2))
  expect(await shortly.closed()).toMatchObject({ code: 4401 })

  const viewer = await person('viewer')
  const client = await connect(self, viewer.token)
  await site.node.admin.patch(`/auth/users/${viewer.id}`, { role: 'operator' })
  expect(await client.closed()).toMatchObject({ code: 4401 })
})

test('a person sees the own server until it belongs to somebody else', async () => {
  const owner = await person('user')
  const server = await addServer(site.admin, 'Given Away')
  expectBody(await site.admin.put(`/servers/${server.id}`, { user_id: owner.id }))
  const client = await connect(server.id, owner.token)
  const post = () => site.withSecret(server.key).post(`/servers/${server.id}/monitor`, measured)
  expectBody(await post())
  expect(await client.told('monitor_data')).toMatchObject({ server_id: server.id, cpu_usage: measured.cpu_usage })
  expect(await client.told('status', ({ online }) => online === true)).toBeTruthy()
  expectBody(await site.admin.put(`/servers/${server.id}`, { user_id: null }))
  expect(await client.ask('process_list')).toMatchObject({ type: 'error', data: { code: 'NOT_FOUND' } })
  await until('the socket is closed', async () => {
    await post()
    return client.raw.readyState === client.raw.CLOSED
  })
  expect(await client.closed()).toMatchObject({ code: 4404 })
})

test('an alert of the server is told, one of another is not, and a removed server closes the socket', async () => {
  const [leaf, other] = [await site.node.join('socket-leaf'), await site.node.join('socket-other')]
  const [row] = await site.node.sql`select id from nodes where agent_id = 'socket-leaf'`
  const client = await connect(Number(row?.['id']))
  const broken = (type: string) => ({
    status: 'critical',
    issues: [{ level: 'L3', type, description: type, severity: 'critical', details: {} }],
  })
  await other.report(broken('other_down'))
  await leaf.report(broken('db_down'))
  expect(await client.told('alert')).toMatchObject({ type: 'db_down', severity: 'critical' })
  expectBody(await site.admin.delete(`/servers/${Number(row?.['id'])}`))
  expect(await client.closed()).toMatchObject({ code: 4404 })
  expect(JSON.stringify(client.messages)).not.toContain('other_down')
})

test('more at once than is worked on is refused, and a flood closes the socket', async () => {
  const client = await connect()
  for (let sent = 0; sent < 20; sent++) client.send({ type: 'process_list', request_id: sent })
  expect(await client.told('error', ({ code }) => code === 'RATE_LIMITED')).toBeTruthy()
  const flood = await connect()
  for (let sent = 0; sent < 150; sent++) flood.send({ type: 'heartbeat' })
  expect(await flood.closed()).toMatchObject({ code: 1008 })
  expect(await client.ask('heartbeat')).toMatchObject({ type: 'heartbeat_response' })
})

test('who does not take what comes is dropped with a reason; the others are told everything', async () => {
  const path = join(scratch, 'heavy.txt')
  writeFileSync(path, 'x'.repeat(1_000_000))
  const [slow, other] = [await connect(), await connect()]
  slow.raw.pause()
  for (let sent = 0; sent < 16; sent++) slow.send({ type: 'file_content', data: { path }, request_id: sent })
  const before = other.messages.length
  await until(
    'the other is told of five measurements',
    () => other.messages.slice(before).filter(({ type }) => type === 'monitor_data').length >= 5,
  )
  slow.raw.resume()
  expect(await slow.closed()).toMatchObject({ code: 4408 })
  expect(other.raw.readyState).toBe(other.raw.OPEN)
})
