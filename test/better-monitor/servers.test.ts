import { afterAll, beforeAll, expect, test } from 'vitest'
import { addServer, expectBody, expectPlainError, measured, type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site?.close())

const registrationToken = 'secret-registration-token'
const facts = {
  name: 'Agent Server',
  ip: '192.168.1.102',
  os: 'Linux',
  arch: 'x86_64',
  cpu_cores: 8,
  cpu_model: 'Intel Xeon E5',
  memory_total: 16_777_216,
  disk_total: 214_748_364_800,
  system_info: '{"uptime":3600,"kernel":"5.4.0-42-generic"}',
  agent_version: '1.0.0',
}

const serverOf = async (id: number) => expectBody(await site.admin.get(`/servers/${id}`))['server']
const listed = async (api = site.admin) => expectBody(await api.get('/servers'))['servers'] as Array<{ id: number }>

test('a created server is shown with its key, once, and the key speaks for it', async () => {
  const asked = {
    name: 'Database Server',
    ip: '192.168.1.101',
    description: 'MySQL数据库服务器',
    tags: 'database,mysql',
  }
  const created = await site.admin.post('/servers', asked)
  const { server, secret_key } = expectBody(created, 201) as { server: { id: number }; secret_key: string }
  expect(secret_key).toMatch(/^cortex_ak_[0-9a-f]{64}$/)
  expect(server).toMatchObject({ ...asked, agent_id: 'database-server', online: false, last_heartbeat: null })
  expect(await serverOf(server.id)).toEqual(server)
  for (const path of ['/servers', `/servers/${server.id}`]) {
    expect(JSON.stringify((await site.admin.get(path)).body)).not.toContain(secret_key)
  }
  expectBody(await site.withSecret(secret_key).post(`/servers/${server.id}/monitor`, measured))
})

test('two servers of the same name are two servers', async () => {
  const first = await addServer(site.admin, 'Twin')
  const second = await addServer(site.admin, 'Twin')
  expect(second.id).not.toBe(first.id)
  expect(second.agentId).not.toBe(first.agentId)
  expect((await listed()).map(({ id }) => id)).toEqual(expect.arrayContaining([first.id, second.id]))
})

test('the list has every documented field of a server', async () => {
  const { id, key } = await addServer(site.admin, 'Web Server')
  expectBody(await site.withSecret(key).post('/servers/register', { ...facts, name: 'Web Server' }))
  expectBody(await site.withSecret(key).post(`/servers/${id}/monitor`, measured))
  expect((await listed()).find((server) => server.id === id)).toMatchObject({
    id,
    name: 'Web Server',
    ip: facts.ip,
    os: 'Linux',
    arch: 'x86_64',
    cpu_cores: 8,
    cpu_model: 'Intel Xeon E5',
    memory_total: measured.memory_total,
    disk_total: measured.disk_total,
    last_heartbeat: expect.stringMatching(/Z$/),
    online: true,
    status: 'online',
    user_id: expect.any(Number),
    tags: '',
    description: '',
    agent_version: '1.0.0',
  })
})

test('an update changes what it names and leaves the rest', async () => {
  const { id } = await addServer(site.admin, 'Before')
  const change = { name: 'Updated Server Name', description: 'Updated description', tags: 'updated,tags' }
  expect(expectBody(await site.admin.put(`/servers/${id}`, change))['server']).toMatchObject(change)
  expect(expectBody(await site.admin.put(`/servers/${id}`, { ip: '10.0.0.9' }))['server']).toMatchObject({
    ...change,
    ip: '10.0.0.9',
  })
  const before = await serverOf(id)
  expect(expectBody(await site.admin.put(`/servers/${id}`, {}))['server']).toEqual(before)
})

test('a deleted server is gone for good, and so is its key', async () => {
  const { id, agentId, key } = await addServer(site.admin, 'Short Lived')
  expectBody(await site.admin.delete(`/servers/${id}`))
  expectPlainError(await site.admin.get(`/servers/${id}`), 404, 'NOT_FOUND')
  expectPlainError(await site.admin.delete(`/servers/${id}`), 404, 'NOT_FOUND')
  expectPlainError(await site.withSecret(key).post(`/servers/${id}/monitor`, measured), 401, 'UNAUTHORIZED')
  expectPlainError(await site.withSecret(key).post('/servers/register', facts), 401, 'UNAUTHORIZED')
  expect((await listed()).map((server) => server.id)).not.toContain(id)
  expect(await site.node.admin.get(`/cluster/nodes/${agentId}`)).toMatchObject({ status: 404 })
})

test('a host with the key of its server fills in what it is', async () => {
  const { id, agentId, key } = await addServer(site.admin, 'Placeholder')
  const answer = expectBody(await site.withSecret(key).post('/servers/register', facts))
  expect(answer).toEqual({ server_id: id, agent_id: agentId })
  const { system_info: _, ...shown } = facts
  expect(await serverOf(id)).toMatchObject({ id, agent_id: agentId, ...shown })
})

test('a host with the registration token becomes a server and gets its key', async () => {
  const answer = expectBody(await site.withSecret(registrationToken).post('/servers/register', facts))
  expect(answer).toEqual({
    server_id: expect.any(Number),
    agent_id: expect.stringMatching(/^agent-server/),
    secret_key: expect.stringMatching(/^cortex_ak_[0-9a-f]{64}$/),
  })
  expect(await serverOf(Number(answer['server_id']))).toMatchObject({
    name: 'Agent Server',
    cpu_cores: 8,
    user_id: null,
  })
  const own = site.withSecret(String(answer['secret_key']))
  expectBody(await own.post(`/servers/${String(answer['server_id'])}/monitor`, measured))
})

test('a wrong secret, and none at all, is 401 and makes no server', async () => {
  const before = await listed()
  for (const key of ['', 'wrong', `cortex_ak_${'0'.repeat(64)}`, `${registrationToken} `.repeat(2)]) {
    expectPlainError(await site.withSecret(key).post('/servers/register', facts), 401, 'UNAUTHORIZED')
  }
  expect(await listed()).toEqual(before)
})

test('who may see only their own servers finds no other: 404, never 403', async () => {
  const foreign = await addServer(site.admin, 'Foreign')
  const owner = await site.person('user')
  const mine = await addServer(owner.api, 'Mine')
  expect((await listed(owner.api)).map(({ id }) => id)).toEqual([mine.id])
  expect(expectBody(await owner.api.get(`/servers/${mine.id}`))['server']).toMatchObject({ user_id: owner.id })
  expectBody(await owner.api.put(`/servers/${mine.id}`, { tags: 'mine' }))
  const before = await serverOf(foreign.id)
  for (const answer of [
    await owner.api.get(`/servers/${foreign.id}`),
    await owner.api.put(`/servers/${foreign.id}`, { name: 'Taken' }),
    await owner.api.get(`/servers/${foreign.id}/monitor`),
    await owner.api.get(`/servers/${foreign.id}/processes`),
  ]) {
    expectPlainError(answer, 404, 'NOT_FOUND')
  }
  expect(await serverOf(foreign.id)).toEqual(before)
})

test('only an admin gives a server away, and only to somebody who is there', async () => {
  const { id } = await addServer(site.admin, 'Given')
  const [owner, operator] = [await site.person('user'), await site.person('operator')]
  expectPlainError(await operator.api.put(`/servers/${id}`, { user_id: operator.id }), 403, 'FORBIDDEN')
  expectBody(await site.admin.put(`/servers/${id}`, { user_id: owner.id }))
  expect((await listed(owner.api)).map((server) => server.id)).toEqual([id])
  expectPlainError(await site.admin.put(`/servers/${id}`, { user_id: 4_711_000 }), 400, 'INVALID_REQUEST')
  expectBody(await site.admin.put(`/servers/${id}`, { user_id: null }))
  expect(await listed(owner.api)).toEqual([])
})

test('a viewer reads and changes nothing', async () => {
  const { id } = await addServer(site.admin, 'Watched')
  const { api } = await site.person('viewer')
  expectBody(await api.get(`/servers/${id}`))
  expect((await listed(api)).map((server) => server.id)).toContain(id)
  const before = await listed()
  for (const answer of [
    await api.post('/servers', { name: 'Mine' }),
    await api.put(`/servers/${id}`, { name: 'Mine' }),
    await api.delete(`/servers/${id}`),
  ]) {
    expectPlainError(answer, 403, 'FORBIDDEN')
  }
  expect(await listed()).toEqual(before)
})

test('without a token, and with a key in its place, people’s doors are closed', async () => {
  const { id, key } = await addServer(site.admin, 'Closed')
  for (const client of [site.anonymous, site.withSecret(key), site.anonymous.withToken('not-a-token')]) {
    expectPlainError(await client.get('/servers'), 401, 'UNAUTHORIZED')
    expectPlainError(await client.delete(`/servers/${id}`), 401, 'UNAUTHORIZED')
  }
})

test.each([
  [{}, 'name'],
  [{ name: '  ' }, 'name'],
  [{ name: 'x'.repeat(257) }, 'name'],
  [{ name: 'x', ip: 7 }, 'ip'],
  [{ name: 'x', tags: ['a'] }, 'tags'],
])('a server of %j is 400 and names the field', async (body, field) => {
  expect(expectPlainError(await site.admin.post('/servers', body), 400, 'INVALID_REQUEST')).toContain(field)
})

test.each(['0', '-1', 'x', '1.5', '99999999999999999999'])('server number %s is 400 or 404, never 500', async (id) => {
  const answer = await site.admin.get(`/servers/${id}`)
  expect([400, 404]).toContain(answer.status)
})

test('beyond max_servers nobody adds one', async () => {
  const { total } = expectBody(await site.admin.get('/servers'))
  expectBody(await site.admin.post('/settings', { max_servers: Number(total) }))
  expectPlainError(await site.admin.post('/servers', { name: 'One Too Many' }), 409, 'CONFLICT')
  expectPlainError(await site.withSecret(registrationToken).post('/servers/register', facts), 409, 'CONFLICT')
  expectBody(await site.admin.post('/settings', { max_servers: 10_000 }))
  await addServer(site.admin, 'Room Again')
})

test('who added, changed and deleted a server is in the audit log', async () => {
  const { id, agentId, key } = await addServer(site.admin, 'Audited')
  expectBody(await site.withSecret(key).post('/servers/register', { ...facts, name: 'Audited' }))
  expectBody(await site.admin.put(`/servers/${id}`, { tags: 'a' }))
  expectBody(await site.admin.delete(`/servers/${id}`))
  const rows = await site.node.sql`select action from audit_log where target = ${agentId} order by id`
  const actions = rows.map((row) => String(row['action']))
  expect(actions).toEqual(expect.arrayContaining(['server.create', 'server.register', 'server.update']))
  expect(actions.length).toBeGreaterThanOrEqual(4)
})
