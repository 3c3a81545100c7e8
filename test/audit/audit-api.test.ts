import { afterAll, beforeAll, expect, test } from 'vitest'
import { AuditList, AuditVerdictAnswer } from '../../src/contract/audit.ts'
import { type ApiNode, startApiNode } from '../cortex-api/api-node.ts'
import { expectData, expectError } from '../support/http.ts'

let node: ApiNode
beforeAll(async () => {
  node = await startApiNode()
  await node.person('viewer')
  await node.join('leaf-1')
  await node.join('leaf-2')
})
afterAll(() => node?.close())

const list = async (query = '') => AuditList.parse(expectData(await node.admin.get(`/audit${query}`)))
const verify = async (query = '') => AuditVerdictAnswer.parse(expectData(await node.admin.get(`/audit/verify${query}`)))

test('the newest entry is first, and pages join without a gap', async () => {
  const all = await list('?limit=1000')
  expect(all.entries.length).toBe(all.total)
  expect(all.entries.map(({ id }) => id)).toEqual(all.entries.map(({ id }) => id).toSorted((a, b) => b - a))
  const pages = [...(await list('?limit=3')).entries, ...(await list('?limit=997&offset=3')).entries]
  expect(pages).toEqual(all.entries)
})

test.each([
  ['actor=admin', (entry: { actor: string }) => entry.actor === 'admin'],
  ['action=node.', (entry: { action: string }) => entry.action.startsWith('node.')],
  ['target=leaf-2', (entry: { target: string | null }) => entry.target === 'leaf-2'],
  ['action=node.register&target=leaf-1', (entry: { target: string | null }) => entry.target === 'leaf-1'],
])('%s finds what matches and nothing else', async (query, matches) => {
  const { entries, total } = await list(`?${query}`)
  expect(total).toBeGreaterThan(0)
  expect(entries.every(matches)).toBe(true)
})

test('a wildcard in the action is only a letter', async () => {
  expect((await list('?action=%25')).total).toBe(0)
})

test('times are from and until; what is no time is 400 and names the field', async () => {
  expect((await list('?since=1h')).total).toBe((await list()).total)
  expect((await list('?until=2020-01-01T00:00:00Z')).total).toBe(0)
  for (const field of ['since', 'until']) {
    const error = expectError(await node.admin.get(`/audit?${field}=yesterday`), 400, 'INVALID_REQUEST')
    expect(JSON.stringify(error)).toContain(field)
  }
})

test('only an admin reads it', async () => {
  for (const role of ['operator', 'user', 'viewer'] as const) {
    const { api } = await node.person(role)
    for (const path of ['/audit', '/audit/verify', '/audit/nodes/leaf-1'])
      expectError(await api.get(path), 403, 'FORBIDDEN')
  }
})

test('an untouched log is intact, and says where it ends', async () => {
  const [newest] = (await list('?limit=1')).entries
  expect(await verify()).toMatchObject({
    intact: true,
    complete: true,
    broken_at: null,
    head: { seq: newest?.id, hash: newest?.hash },
  })
  expect(await verify(`?after_id=${newest?.id}`)).toMatchObject({ intact: true, entries: 0 })
  expectError(await node.admin.get('/audit/verify?after_id=999999'), 404, 'NOT_FOUND')
})

test.each([
  `update audit_log set actor = 'nobody'`,
  `delete from audit_log`,
  `truncate audit_log`,
  `delete from audit_log where id < 0`,
])('the database refuses: %s', async (statement) => {
  const before = (await list()).total
  await expect(node.sql.unsafe(statement)).rejects.toThrow('append-only')
  expect((await list()).total).toBe(before)
})

test('who got past the trigger is seen, at the entry that was touched', async () => {
  const { entries } = await list('?action=node.register')
  const victim = entries.at(-1)
  const change = (target: string) => node.sql`update audit_log set target = ${target} where id = ${victim?.id ?? 0}`
  await node.sql`alter table audit_log disable trigger audit_log_append_only`
  try {
    await change('somewhere-else')
    expect(await verify()).toMatchObject({ intact: false, broken_at: victim?.id, complete: false })
    await change('leaf-1')
    expect(await verify()).toMatchObject({ intact: true })
  } finally {
    await node.sql`alter table audit_log enable trigger audit_log_append_only`
  }
})

test('a failed login is in the log with its reason, without the password and without a name that nobody has', async () => {
  const wrong = (username: string) => node.anonymous.post('/auth/login', { username, password: 'guessed-secret-1' })
  expectError(await wrong('admin'), 401, 'UNAUTHORIZED')
  expectError(await wrong('my-password-in-the-wrong-field'), 401, 'UNAUTHORIZED')
  const { entries } = await list('?action=auth.login_failed')
  expect(entries.map(({ target, details }) => [target, details['reason']])).toEqual([
    [null, 'unknown_user'],
    ['admin', 'wrong_password'],
  ])
  const text = JSON.stringify(await list('?limit=1000'))
  expect(text).not.toContain('guessed-secret-1')
  expect(text).not.toContain('wrong-field')
})

test('guessing does not fill the log', async () => {
  await Promise.all(
    Array.from({ length: 90 }, () => node.anonymous.post('/auth/login', { username: 'nobody-here', password: 'x' })),
  )
  // At most 60 of one minute, should the minute have changed in between.
  expect((await list('?action=auth.login_failed')).total).toBeLessThanOrEqual(120)
})
