import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyAudit } from '../../src/monitor/audit/verify.ts'
import { expectData, expectError, type HttpClient, login } from '../support/http.ts'
import { type AuthNode, adminPassword, startAuthNode } from './auth-node.ts'

let node: AuthNode
let admin: HttpClient
beforeAll(async () => {
  node = await startAuthNode()
  await node.users.ensureAdmin(adminPassword)
  admin = await login(node.client, 'admin', adminPassword)
})
afterAll(() => node?.close())

const password = 'good-password'
async function addUser(username: string, role: string): Promise<{ id: number; client: HttpClient }> {
  const data = expectData(await admin.post('/auth/users', { username, password, role }), 201)
  return { id: Number(data.user_id), client: await login(node.client, username, password) }
}

test('the first start makes one admin, with a random password that is told once; later starts change nothing', async () => {
  const fresh = await startAuthNode()
  try {
    const starts = await Promise.all([fresh.users.ensureAdmin(), fresh.users.ensureAdmin()])
    const made = starts.filter((start) => start.created)
    expect(made).toHaveLength(1)
    expect(made[0]?.password).toMatch(/^[\w-]{24}$/)
    await login(fresh.client, 'admin', String(made[0]?.password))
    expect(await fresh.users.ensureAdmin('another-password')).toEqual({ created: false })
    expectError(
      await fresh.client.post('/auth/login', { username: 'admin', password: 'another-password' }),
      401,
      'UNAUTHORIZED',
    )
  } finally {
    await fresh.close()
  }
})

test('201, 200, 409: users are created, listed, changed and deleted', async () => {
  const body = { username: 'bob', password, role: 'viewer', email: 'bob@example.com' }
  const created = expectData(await admin.post('/auth/users', body), 201)
  expect(created).toMatchObject({
    username: 'bob',
    email: 'bob@example.com',
    role: 'viewer',
    disabled: false,
    last_login: null,
  })
  expectError(await admin.post('/auth/users', { ...body, username: 'BOB' }), 409, 'CONFLICT')

  const list = await admin.get('/auth/users?limit=1000')
  expect(expectData(list).users).toContainEqual(created)
  expect(JSON.stringify(list.body)).not.toMatch(/argon2|password/)

  const path = `/auth/users/${Number(created.user_id)}`
  expect(expectData(await admin.patch(path, { role: 'operator', email: null }))).toMatchObject({
    role: 'operator',
    email: null,
  })
  expectData(await admin.delete(path))
  expectError(await admin.delete(path), 404, 'NOT_FOUND')
  expectError(await admin.patch(path, { role: 'viewer' }), 404, 'NOT_FOUND')
})

test.each([
  ['POST', { username: 'x y', password, role: 'viewer' }, 'username'],
  ['POST', { username: 'x', password: 'short', role: 'viewer' }, 'password'],
  ['POST', { username: 'x', password, role: 'root' }, 'role'],
  ['POST', { username: 'x', password, role: 'viewer', email: 'no' }, 'email'],
])('400: %s %j names the field', async (_method, body, field) => {
  expect(expectError(await admin.post('/auth/users', body), 400, 'INVALID_REQUEST').message).toContain(field)
})
test.each([
  '/auth/users?limit=0',
  '/auth/users?limit=1001',
  '/auth/users?offset=-1',
  '/auth/users?limit=x',
  '/auth/api-keys?limit=0',
])('400: GET %s', async (path) => {
  expectError(await admin.get(path), 400, 'INVALID_REQUEST')
})
test.each(['/auth/users/0', '/auth/users/x', '/auth/users/99999999999999999999', '/auth/api-keys/1e3x'])(
  '400: DELETE %s',
  async (path) => {
    expectError(await admin.delete(path), 400, 'INVALID_REQUEST')
  },
)

test.each(['operator', 'user', 'viewer'])('403: a %s administers nobody and no keys', async (role) => {
  const { client } = await addUser(`mere-${role}`, role)
  expectData(await client.get('/auth/me'))
  const refused = await Promise.all([
    client.get('/auth/users'),
    client.post('/auth/users', { username: 'x', password, role: 'admin' }),
    client.patch('/auth/users/1', { role: 'admin' }),
    client.delete('/auth/users/1'),
    client.get('/auth/api-keys'),
    client.post('/auth/api-keys', { agent_id: 'x', name: 'x' }),
    client.delete('/auth/api-keys/1'),
  ])
  for (const answer of refused) expectError(answer, 403, 'FORBIDDEN')
})

test.each([
  ['disabled', { disabled: true }],
  ['given another role', { role: 'viewer' }],
  ['given another password', { password: 'another-password' }],
])('the token of a user who is %s is void at once', async (what, change) => {
  const { id, client } = await addUser(`changed-${what.replaceAll(' ', '-')}`, 'operator')
  expectData(await client.get('/auth/me'))
  expectData(await admin.patch(`/auth/users/${id}`, change))
  expectError(await client.get('/auth/me'), 401, 'UNAUTHORIZED')
  expectError(await client.post('/auth/refresh'), 401, 'UNAUTHORIZED')
})

test('the token of a deleted user is void at once', async () => {
  const { id, client } = await addUser('deleted', 'operator')
  expectData(await client.get('/auth/me'))
  expectData(await admin.delete(`/auth/users/${id}`))
  expectError(await client.get('/auth/me'), 401, 'UNAUTHORIZED')
})

test('409: the last active admin stays, also when two admins remove each other at the same moment', async () => {
  const me = Number(expectData(await admin.get('/auth/me')).user_id)
  for (const change of [{ role: 'operator' }, { disabled: true }]) {
    expect(expectError(await admin.patch(`/auth/users/${me}`, change), 409, 'CONFLICT').details).toEqual({
      reason: 'last_admin',
    })
  }
  expectError(await admin.delete(`/auth/users/${me}`), 409, 'CONFLICT')

  const second = await addUser('second-admin', 'admin')
  const answers = await Promise.all([
    second.client.patch(`/auth/users/${me}`, { disabled: true }),
    admin.delete(`/auth/users/${second.id}`),
  ])
  expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)[0]).toBe(200)
  const [left] = await node.database
    .sql`select count(*) as admins from users where role = 'admin' and disabled_at is null`
  expect(left?.admins).toBe(1)
  await node.database.sql`update users set disabled_at = null where id = ${me}`
  admin = await login(node.client, 'admin', adminPassword)
})

test('what admins do is in the audit log, sealed, without secrets; tampering is seen', async () => {
  const { id } = await addUser('audited', 'viewer')
  await admin.patch(`/auth/users/${id}`, { password: 'never-in-the-log', role: 'operator' })
  await admin.delete(`/auth/users/${id}`)
  const rows = await node.database
    .sql`select actor, actor_kind, action, target, details from audit_log where target = 'audited' order by id`
  expect(rows.map((row) => [row.actor, row.actor_kind, row.action])).toEqual([
    ['admin', 'user', 'user.create'],
    ['audited', 'user', 'auth.login'],
    ['admin', 'user', 'user.change'],
    ['admin', 'user', 'user.delete'],
  ])
  expect(rows[2]?.details).toEqual({ password: 'changed', role: 'operator' })
  expect(JSON.stringify(rows)).not.toContain('never-in-the-log')

  const intact = await verifyAudit(node.database.db)
  expect(intact).toMatchObject({ intact: true })
  const [victim] = await node.database.sql`select min(id) + 2 as id from audit_log`
  await node.database.db.transaction(async (tx) => {
    // Only the owner of the table can, and it is seen.
    await tx.execute(sql`alter table audit_log disable trigger audit_log_append_only`)
    await tx.execute(sql`update audit_log set actor = 'somebody' where id = ${victim?.id}`)
    expect(await verifyAudit(tx)).toMatchObject({ intact: false, broken_at: victim?.id, entries: 2 })
    await tx.execute(sql`update audit_log set actor = 'admin' where id = ${victim?.id}`)
    await tx.execute(sql`alter table audit_log enable trigger audit_log_append_only`)
  })
})

test('an operation that cannot be logged does not happen', async () => {
  await node.database.sql`alter table audit_log add constraint no_mallory check (target is distinct from 'mallory')`
  try {
    expectError(
      await admin.post('/auth/users', { username: 'mallory', password, role: 'admin' }),
      500,
      'INTERNAL_ERROR',
    )
  } finally {
    await node.database.sql`alter table audit_log drop constraint no_mallory`
  }
  expectError(await node.client.post('/auth/login', { username: 'mallory', password }), 401, 'UNAUTHORIZED')
  expect(node.lines.join('')).not.toContain('$argon2id')
})

test('entries written at the same moment are one unbroken chain', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      admin.post('/auth/users', { username: `many-${at}`, password, role: 'viewer' }),
    ),
  )
  expect(await verifyAudit(node.database.db)).toMatchObject({ intact: true })
})

test('a long log is checked in parts that join', async () => {
  const { db } = node.database
  const whole = await verifyAudit(db)
  const first = await verifyAudit(db, { maxChecked: 2 })
  expect(first).toMatchObject({ intact: true, entries: 2, complete: false })
  const rest = await verifyAudit(db, { afterId: first?.head.seq ?? 0 })
  expect(rest).toEqual({ ...whole, entries: (whole?.entries ?? 0) - 2 })
})
