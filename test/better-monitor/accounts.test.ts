import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { adminPassword, expectBody, expectPlainError, type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site?.close())

const password = 'password123'
const openRegistration = async (open: boolean) =>
  expectBody(await site.admin.post('/settings', { allow_registration: open }))

test('a login answers with a token and its user, as documented, and the token opens the doors of both APIs', async () => {
  const body = expectBody(await site.anonymous.post('/auth/login', { username: 'admin', password: adminPassword }))
  expect(body).toEqual({
    token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    user: { id: expect.any(Number), username: 'admin', role: 'admin', last_login_at: expect.stringMatching(/Z$/) },
  })
  const token = String(body['token'])
  expectBody(await site.anonymous.withToken(token).get('/servers'))
  expect(await site.node.anonymous.withToken(token).get('/auth/me')).toMatchObject({ status: 200 })
})

test('a wrong password and an unknown user are the same 401', async () => {
  const wrong = await site.anonymous.post('/auth/login', { username: 'admin', password: 'not-it' })
  const unknown = await site.anonymous.post('/auth/login', { username: 'nobody', password: 'not-it' })
  expect(expectPlainError(wrong, 401, 'UNAUTHORIZED')).toBe(expectPlainError(unknown, 401, 'UNAUTHORIZED'))
})

test.each([
  [{ username: 'admin' }, 'password'],
  [{ password }, 'username'],
  [{ username: 7, password }, 'username'],
])('a login with %j is 400 and names the field', async (body, field) => {
  const text = expectPlainError(await site.anonymous.post('/auth/login', body), 400, 'INVALID_REQUEST')
  expect(text).toContain(field)
})

test('the sixth login of a minute from one address is 429, which says when to try again', async () => {
  const limited = await startSite({ CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '5' })
  onTestFinished(() => limited.close())
  const attempt = () => limited.anonymous.post('/auth/login', { username: 'admin', password: 'not-it' })
  for (let count = 1; count <= 5; count += 1) {
    const answer = await attempt()
    expectPlainError(answer, 401, 'UNAUTHORIZED')
    expect(answer.headers.get('x-ratelimit-remaining')).toBe(String(5 - count))
  }
  const answer = await attempt()
  expectPlainError(answer, 429, 'RATE_LIMITED')
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expectBody(await limited.admin.get('/servers'))
})

test('while registration is closed nobody registers, whatever role is asked', async () => {
  await openRegistration(false)
  for (const role of ['user', 'admin', undefined]) {
    const answer = await site.anonymous.post('/auth/register', { username: 'early', password, role })
    expectPlainError(answer, 403, 'FORBIDDEN')
  }
  const operator = await site.person('operator')
  expectPlainError(await operator.api.post('/auth/register', { username: 'early', password }), 403, 'FORBIDDEN')
  expectPlainError(await site.anonymous.post('/auth/login', { username: 'early', password }), 401, 'UNAUTHORIZED')
})

test('an open registration makes a `user`, whatever role is asked', async () => {
  await openRegistration(true)
  onTestFinished(() => openRegistration(false).then(() => undefined))
  const asked = { newuser: 'user', chief: 'admin', watcher: 'viewer', hand: 'operator' }
  for (const [username, role] of Object.entries(asked)) {
    const body = expectBody(await site.anonymous.post('/auth/register', { username, password, role }), 201)
    expect(body['user']).toMatchObject({ username, role: 'user', last_login_at: null })
  }
  const body = expectBody(await site.anonymous.post('/auth/login', { username: 'chief', password }))
  expect(body['user']).toMatchObject({ role: 'user' })
  const chief = site.anonymous.withToken(String(body['token']))
  expectPlainError(await chief.get('/settings'), 403, 'FORBIDDEN')
  // Nor does a token without the right to it lend a role.
  const more = await chief.post('/auth/register', { username: 'deputy', password, role: 'admin' })
  expect(expectBody(more, 201)['user']).toMatchObject({ role: 'user' })
})

test.each(['admin', 'operator', 'viewer', 'user'])('an admin may register a %s while it is closed', async (role) => {
  const username = `made-${role}`
  const body = expectBody(await site.admin.post('/auth/register', { username, password, role }), 201)
  expect(body['user']).toMatchObject({ username, role })
})

test('a name that is taken is 409, and the account stays as it was', async () => {
  const again = await site.admin.post('/auth/register', { username: 'admin', password, role: 'viewer' })
  expectPlainError(again, 409, 'CONFLICT')
  const body = expectBody(await site.anonymous.post('/auth/login', { username: 'admin', password: adminPassword }))
  expect(body['user']).toMatchObject({ role: 'admin' })
})

test.each([
  [{ username: 'short', password: 'seven77' }, 'password'],
  [{ username: 'with space', password }, 'username'],
  [{ username: 'fine', password, role: 'king' }, 'role'],
  [{ username: 'fine', password, email: 'not-mail' }, 'email'],
])('an account of %j is 400 and names the field', async (body, field) => {
  const text = expectPlainError(await site.admin.post('/auth/register', body), 400, 'INVALID_REQUEST')
  expect(text).toContain(field)
})

test('no password comes back, from a login or a registration', async () => {
  const registered = await site.admin.post('/auth/register', { username: 'quiet', password })
  const logged = await site.anonymous.post('/auth/login', { username: 'quiet', password })
  for (const { body } of [registered, logged]) expect(JSON.stringify(body)).not.toMatch(/password|\$argon|\$scrypt/)
})
