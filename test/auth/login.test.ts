import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { expectData, expectError, type HttpClient, login } from '../support/http.ts'
import { type AuthNode, adminPassword, startAuthNode } from './auth-node.ts'

let node: AuthNode
let admin: HttpClient
beforeAll(async () => {
  node = await startAuthNode()
  await node.users.ensureAdmin(adminPassword)
  admin = await login(node.client, 'admin', adminPassword)
})
beforeEach(() => {
  node.time.offsetMs = 0
})
afterAll(() => node?.close())

const right = { username: 'admin', password: adminPassword }

test('200: the documented answer of a login', async () => {
  const answer = await node.client.post('/auth/login', right)
  expect(expectData(answer)).toEqual({
    access_token: expect.stringMatching(/^eyJ/),
    token_type: 'bearer',
    expires_in: 1800,
    user: { username: 'admin', email: null, role: 'admin', password_is_first: false },
  })
  expect(answer.body).toMatchObject({ message: '登录成功' })
  expect((await node.client.with({ 'Accept-Language': 'en' }).post('/auth/login', right)).body).toMatchObject({
    message: 'Logged in',
  })
})

test('a user name is the same in any case', async () => {
  expectData(await node.client.post('/auth/login', { ...right, username: 'ADMIN' }))
})

test.each([
  ['no password', { username: 'admin' }, 'password'],
  ['a number', { username: 7, password: 'x' }, 'username'],
  ['a hostile size', { username: 'admin', password: 'x'.repeat(10_000) }, 'password'],
  ['a NUL', { username: 'ad\0min', password: 'x' }, 'username'],
])('400: %s', async (_what, body, field) => {
  expect(expectError(await node.client.post('/auth/login', body), 400, 'INVALID_REQUEST').message).toContain(field)
})

test('401: an unknown user, a wrong password and a disabled user look the same', async () => {
  const { id } = await node.users.create(
    { kind: 'system', name: 'test' },
    { username: 'gone', password: 'good-password', role: 'viewer' },
  )
  await node.users.update({ kind: 'system', name: 'test' }, id, { disabled: true })
  const answers = await Promise.all([
    node.client.post('/auth/login', { username: 'nobody', password: 'x' }),
    node.client.post('/auth/login', { username: 'admin', password: 'x' }),
    node.client.post('/auth/login', { username: 'gone', password: 'good-password' }),
  ])
  const errors = answers.map((answer) => expectError(answer, 401, 'UNAUTHORIZED'))
  expect(new Set(errors.map((error) => JSON.stringify(error)))).toEqual(
    new Set([JSON.stringify({ code: 'UNAUTHORIZED', message: '用户名或密码错误', details: {} })]),
  )
})

test('200: me', async () => {
  expect(expectData(await admin.get('/auth/me'))).toEqual({
    user_id: expect.any(Number),
    username: 'admin',
    email: null,
    role: 'admin',
    created_at: expect.stringMatching(/Z$/),
    last_login: expect.stringMatching(/Z$/),
  })
})

test('401: no token, a wrong one, one for the wrong door', async () => {
  const missing = await node.client.get('/auth/me')
  expect(expectError(missing, 401, 'UNAUTHORIZED').details).toEqual({ reason: 'missing' })
  expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="cortex"')
  for (const [name, value] of [
    ['Authorization', 'Bearer x.y.z'],
    ['Authorization', 'Basic YTpi'],
    ['X-API-Key', 'cortex_ak_x'],
  ] as const) {
    expectError(await node.client.with({ [name]: value }).get('/auth/me'), 401, 'UNAUTHORIZED')
  }
})

test('401: a token with another algorithm or another key', async () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = encode({
    sub: '1',
    role: 'admin',
    ver: 1,
    jti: 'x',
    iss: 'cortex',
    aud: 'api',
    auth_time: 1,
    exp: 4_000_000_000,
  })
  const head = encode({ alg: 'HS256', typ: 'JWT' })
  const forged = [
    `${encode({ alg: 'none' })}.${claims}.`,
    `${encode({ alg: 'RS256' })}.${claims}.${'A'.repeat(342)}`,
    `${head}.${claims}.${createHmac('sha256', 'secret').update(`${head}.${claims}`).digest('base64url')}`,
  ]
  for (const token of forged) {
    expect(expectError(await node.client.withToken(token).get('/auth/me'), 401, 'UNAUTHORIZED').details).toEqual({
      reason: 'invalid',
    })
  }
})

test('a token ends after 1800 s and says so; a refreshed one goes on', async () => {
  node.time.offsetMs = 1_700_000
  const refreshed = expectData(await admin.post('/auth/refresh'))
  expect(refreshed).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 1800 })
  node.time.offsetMs = 1_801_000
  expect(expectError(await admin.get('/auth/me'), 401, 'UNAUTHORIZED').details).toEqual({ reason: 'expired' })
  expectData(await node.client.withToken(String(refreshed.access_token)).get('/auth/me'))
})

test('a login cannot be refreshed beyond 12 h', async () => {
  let client = await login(node.client, 'admin', adminPassword)
  let lived = 0
  for (; lived < 13 * 3600; lived += 1500) {
    node.time.offsetMs = lived * 1000
    const answer = await client.post('/auth/refresh')
    if (answer.status !== 200) break
    const data = expectData(answer)
    expect(lived + Number(data.expires_in)).toBeLessThanOrEqual(12 * 3600 + 2)
    client = client.withToken(String(data.access_token))
  }
  expect(lived).toBeGreaterThanOrEqual(12 * 3600 - 1500)
  expect(lived).toBeLessThan(13 * 3600)
  expectError(await client.get('/auth/me'), 401, 'UNAUTHORIZED')
})

test('a new password of one’s own voids every token but the one in the answer', async () => {
  await node.users.create(
    { kind: 'system', name: 'test' },
    { username: 'ada', password: 'old-password', role: 'operator' },
  )
  const here = await login(node.client, 'ada', 'old-password')
  const elsewhere = await login(node.client, 'ada', 'old-password')
  const change = { current_password: 'old-password', new_password: 'new-password' }

  expectError(await here.post('/auth/password', { ...change, current_password: 'x' }), 403, 'FORBIDDEN')
  expectError(await here.post('/auth/password', { ...change, new_password: 'short' }), 400, 'INVALID_REQUEST')
  const data = expectData(await here.post('/auth/password', change))
  expectData(await node.client.withToken(String(data.access_token)).get('/auth/me'))
  expectError(await here.get('/auth/me'), 401, 'UNAUTHORIZED')
  expectError(await elsewhere.get('/auth/me'), 401, 'UNAUTHORIZED')
  expectError(await node.client.post('/auth/login', { username: 'ada', password: 'old-password' }), 401, 'UNAUTHORIZED')
  await login(node.client, 'ada', 'new-password')
})

test('a ticket opens one socket, and is no token', async () => {
  const { ticket, expires_in } = expectData(await admin.post('/auth/ws-ticket'))
  expect(expires_in).toBe(30)
  expectError(await node.client.withToken(String(ticket)).get('/auth/me'), 401, 'UNAUTHORIZED')
  expect(await node.tickets.redeem(String(ticket))).toMatchObject({ username: 'admin', role: 'admin' })
  expect(await node.tickets.redeem(String(ticket))).toBeNull()
})

test('no password and no token is in the log', async () => {
  const { access_token } = expectData(await node.client.post('/auth/login', right))
  await node.client.post('/auth/login', { username: 'admin', password: 'a-wrong-password' })
  await node.client.withToken(String(access_token)).get('/auth/me?token=in-the-query')
  const log = node.lines.join('')
  expect(log).toContain('/api/v1/auth/login')
  for (const secret of [adminPassword, 'a-wrong-password', String(access_token), 'in-the-query', '$argon2id'])
    expect(log).not.toContain(secret)
})
