import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError, type HttpAnswer, type HttpClient } from '../support/http.ts'
import { until } from '../support/until.ts'
import { type ApiNode, type Leaf, report, startApiNode } from './api-node.ts'
import { fresh } from './operations.ts'
import { stateOf } from './state.ts'

let node: ApiNode
let leaf: Leaf
beforeAll(async () => {
  node = await startApiNode({
    CORTEX_PROBE_ENABLED: 'true',
    CORTEX_REPORT_INTERVAL_S: '3600',
    CORTEX_HEARTBEAT_INTERVAL_S: '3600',
  })
  leaf = await node.join('node-prod-001')
})
afterAll(() => node?.close())

const password = 'password-of-a-guest'
const newUser = (more: Record<string, unknown> = {}) => ({
  username: fresh('guest'),
  password,
  role: 'viewer',
  ...more,
})
const messageOf = ({ body }: HttpAnswer) => (body as { message?: string }).message
const login = (username: unknown, secret = password) =>
  node.anonymous.post('/auth/login', { username, password: secret })
const reports = (key: unknown) => node.anonymous.withKey(String(key)).post('/reports', report(leaf.agentId))

/** A refusal that leaves no trace. */
async function refused(status: number, code: string, ask: () => Promise<HttpAnswer>): Promise<string> {
  const before = await stateOf(node.sql)
  const { message } = expectError(await ask(), status, code)
  expect(await stateOf(node.sql)).toEqual(before)
  return message
}

test('POST /auth/login: 401 is the same for an unknown name, a wrong password and a disabled user', async () => {
  const user = newUser()
  const { user_id } = expectData(await node.admin.post('/auth/users', user), 201)
  expectData(await login(user.username))
  expectData(await node.admin.patch(`/auth/users/${String(user_id)}`, { disabled: true }))
  // The audit log has each of them; nothing else is written.
  const { audit_log: _, ...before } = await stateOf(node.sql)
  const answers = [await login('nobody'), await login('admin', 'wrong'), await login(user.username)]
  const messages = answers.map((answer) => expectError(answer, 401, 'UNAUTHORIZED').message)
  expect(new Set(messages)).toEqual(new Set(['用户名或密码错误']))
  const { audit_log: _log, ...after } = await stateOf(node.sql)
  expect(after).toEqual(before)
})

test('POST /auth/refresh, GET /auth/me: in both languages; a changed user’s token is void', async () => {
  const user = newUser()
  const { user_id } = expectData(await node.admin.post('/auth/users', user), 201)
  const { access_token } = expectData(await login(user.username))
  const client = node.anonymous.withToken(String(access_token))
  expect(messageOf(await client.with({ 'Accept-Language': 'en' }).post('/auth/refresh'))).toBe('Token refreshed')
  expect(expectData(await client.get('/auth/me'))).toEqual({
    user_id,
    username: user.username,
    email: null,
    role: 'viewer',
    created_at: expect.stringMatching(/Z$/),
    last_login: expect.stringMatching(/Z$/),
  })
  expectData(await node.admin.patch(`/auth/users/${String(user_id)}`, { role: 'operator' }))
  for (const ask of [() => client.get('/auth/me'), () => client.post('/auth/refresh')]) {
    await refused(401, 'UNAUTHORIZED', ask)
  }
})

test('POST /auth/password: 403 for a wrong one, 400 for one too short; the new one counts from then on', async () => {
  const user = newUser()
  expectData(await node.admin.post('/auth/users', user), 201)
  const { access_token } = expectData(await login(user.username))
  const client = node.anonymous.withToken(String(access_token))
  const change = (current_password: string, new_password: string) => () =>
    client.post('/auth/password', { current_password, new_password })
  await refused(403, 'FORBIDDEN', change('wrong', 'another-password'))
  expect(await refused(400, 'INVALID_REQUEST', change(password, 'short'))).toContain('new_password')
  const answer = await change(password, 'another-password')()
  expect(messageOf(answer)).toBe('密码已修改')
  expectError(await client.get('/auth/me'), 401, 'UNAUTHORIZED')
  expectData(await node.anonymous.withToken(String(expectData(answer)['access_token'])).get('/auth/me'))
  expectError(await login(user.username), 401, 'UNAUTHORIZED')
  expectData(await login(user.username, 'another-password'))
})

test('POST /auth/api-keys: 400 for an end that has passed or is no time, 404 for a node that is not there', async () => {
  const ask = (more: Record<string, unknown>) => () =>
    node.admin.post('/auth/api-keys', { agent_id: leaf.agentId, name: 'spare', ...more })
  await refused(400, 'INVALID_REQUEST', ask({ expires_at: '2020-01-01T00:00:00Z' }))
  expect(await refused(400, 'INVALID_REQUEST', ask({ expires_at: 'tomorrow' }))).toContain('expires_at')
  await refused(404, 'NOT_FOUND', ask({ agent_id: 'nobody' }))
  const endless = expectData(await ask({ expires_at: null })())
  expect(endless).toMatchObject({ expires_at: null, agent_id: leaf.agentId })
  expectData(await reports(endless['api_key']))
})

test('GET /auth/api-keys: shows what state a key is in, never the key', async () => {
  const created = expectData(await node.admin.post('/auth/api-keys', { agent_id: leaf.agentId, name: 'shown' }))
  const answer = await node.admin.get(`/auth/api-keys?agent_id=${leaf.agentId}&limit=1000`)
  const { api_keys } = expectData(answer)
  expect(api_keys).toContainEqual({
    api_key_id: created['api_key_id'],
    agent_id: leaf.agentId,
    name: 'shown',
    status: 'active',
    created_at: expect.stringMatching(/Z$/),
    expires_at: null,
    revoked_at: null,
  })
  expect(JSON.stringify(answer.body)).not.toContain('cortex_ak_')
})

test('POST /auth/api-keys/{id}/rotate: the old key stays good for the grace period, with none it ends within seconds', async () => {
  const create = async () =>
    expectData(await node.admin.post('/auth/api-keys', { agent_id: leaf.agentId, name: 'rotated' }))
  const rotate = async (id: unknown, grace_seconds: number) =>
    expectData(await node.admin.post(`/auth/api-keys/${String(id)}/rotate`, { grace_seconds }))
  const first = await create()
  const second = await rotate(first['api_key_id'], 600)
  for (const { api_key } of [first, second]) expectData(await reports(api_key))
  const third = await rotate(second['api_key_id'], 0)
  expectData(await reports(third['api_key']))
  await until('the replaced key is refused', async () => (await reports(second['api_key'])).status === 401)
  leaf = { ...leaf, key: String(third['api_key']) }
  await refused(400, 'INVALID_REQUEST', () => node.admin.post('/auth/api-keys/1/rotate', { grace_seconds: -1 }))
})

test('DELETE /auth/api-keys/{id}: the key is dead at once, and revoking it again is 404', async () => {
  const { api_key_id, api_key } = expectData(
    await node.admin.post('/auth/api-keys', { agent_id: leaf.agentId, name: 'short-lived' }),
  )
  expectData(await reports(api_key))
  const path = `/auth/api-keys/${String(api_key_id)}`
  const answer = await node.admin.with({ 'Accept-Language': 'en' }).delete(path)
  expect(answer.body).toEqual({ success: true, message: 'API key revoked', timestamp: expect.any(String) })
  await refused(401, 'UNAUTHORIZED', () => reports(api_key))
  await refused(404, 'NOT_FOUND', () => node.admin.delete(path))
  await refused(404, 'NOT_FOUND', () => node.admin.post(`${path}/rotate`))
})

test('users: made, listed, changed and removed; 409 for a taken name and for the last admin', async () => {
  const user = newUser({ email: 'guest@example.com' })
  const created = await node.admin.post('/auth/users', user)
  expect(messageOf(created)).toBe('用户已创建')
  const shown = expectData(created, 201)
  expect(shown).toMatchObject({
    username: user.username,
    email: 'guest@example.com',
    role: 'viewer',
    disabled: false,
    last_login: null,
  })
  expect(JSON.stringify(created.body)).not.toContain('password')
  expect(expectData(await node.admin.get('/auth/users?limit=1000'))['users']).toContainEqual(shown)

  await refused(409, 'CONFLICT', () =>
    node.admin.post('/auth/users', newUser({ username: user.username.toUpperCase() })),
  )
  const { user_id: me } = expectData(await node.admin.get('/auth/me'))
  await refused(409, 'CONFLICT', () => node.admin.delete(`/auth/users/${String(me)}`))
  for (const change of [{ role: 'viewer' }, { disabled: true }]) {
    await refused(409, 'CONFLICT', () => node.admin.patch(`/auth/users/${String(me)}`, change))
  }

  const path = `/auth/users/${String(shown['user_id'])}`
  expect(messageOf(await node.admin.patch(path, { email: null }))).toBe('用户已修改')
  expect(messageOf(await node.admin.delete(path))).toBe('用户已删除')
  expectError(await login(user.username), 401, 'UNAUTHORIZED')
})

test.each([
  ['username', { username: 'a b' }],
  ['username', { username: '' }],
  ['username', { username: 'x'.repeat(65) }],
  ['password', { password: 'short' }],
  ['role', { role: 'root' }],
  ['email', { email: 'no-address' }],
])('POST /auth/users: 400 naming %s for %j', async (field, more) => {
  expect(await refused(400, 'INVALID_REQUEST', () => node.admin.post('/auth/users', newUser(more)))).toContain(field)
})

test('GET /self: what this node is', async () => {
  expect(expectData(await node.admin.get('/self'))).toMatchObject({
    agent_id: 'monitor-root',
    name: 'Root Monitor',
    node_uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    parts: ['probe', 'monitor'],
    lineage: [],
    parent: null,
  })
})

test('POST /self/inspect: looks at this host now; a node that has no probe in reach is no 500', async () => {
  const inspect = (client: HttpClient, body: unknown) => client.post('/self/inspect', body)
  const answer = await inspect(node.admin, {})
  expect(messageOf(answer)).toBe('巡检完成')
  expect(expectData(answer)).toMatchObject({
    took_ms: expect.any(Number),
    status: expect.stringMatching(/^(healthy|warning|critical)$/),
    metrics: { cpu_percent: expect.any(Number), load_average: expect.any(Array) },
  })
  expectError(await inspect(node.admin, { agent_id: 'nobody' }), 404, 'NOT_FOUND')
  expect([503, 504]).toContain((await inspect(node.admin, { agent_id: leaf.agentId })).status)
})

test('POST /auth/end-sessions voids every token of that user and no other, and hands out one to go on with', async () => {
  const person = await node.person('operator')
  const neighbour = await node.person('operator')
  const data = expectData(await person.api.post('/auth/end-sessions'))
  expectError(await person.api.get('/auth/me'), 401, 'UNAUTHORIZED')
  const next = node.anonymous.withToken(String(data['access_token']))
  expect(expectData(await next.get('/auth/me'))).toMatchObject({ username: person.username })
  expectData(await neighbour.api.get('/auth/me'))
})

test('GET /cluster/join is written down: who has seen the registration token is known', async () => {
  const admin = await node.person('admin')
  expectData(await admin.api.get('/cluster/join'))
  const rows = await node.sql`select actor, details from audit_log where action = 'registration_token.show'`
  expect(JSON.stringify(rows)).toContain(admin.username)
  expect(JSON.stringify(rows)).not.toContain('secret-registration-token')
})

test('GET /self tells how the monitor does: its database, its model, and what waits', async () => {
  expect(expectData(await node.admin.get('/self'))['monitor']).toMatchObject({
    database: { kind: 'external', answers: true, size_bytes: expect.any(Number) },
    model: { configured: false, name: null, state: 'none' },
    queues: { decisions_pending: 0, notices_waiting: 0, oldest_notice_at: null, commands_waiting: 0 },
  })
})
