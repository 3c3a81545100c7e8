import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { expectData, expectError, type HttpClient, login } from '../support/http.ts'
import { type AuthNode, adminPassword, startAuthNode } from './auth-node.ts'

let node: AuthNode
let admin: HttpClient
let nodeId: number
beforeAll(async () => {
  node = await startAuthNode()
  await node.users.ensureAdmin(adminPassword)
  admin = await login(node.client, 'admin', adminPassword)
  nodeId = await node.addNode('leaf-1')
})
beforeEach(() => {
  node.time.offsetMs = 0
})
afterAll(() => node?.close())

async function newKey(
  extra: object = {},
  agentId = 'leaf-1',
): Promise<{ id: number; key: string; client: HttpClient }> {
  const data = expectData(await admin.post('/auth/api-keys', { agent_id: agentId, name: 'a key', ...extra }))
  const key = String(data.api_key)
  return { id: Number(data.api_key_id), key, client: node.client.withKey(key) }
}

test('200: the documented answer of a new key, by which its node is known', async () => {
  const answer = await admin.post('/auth/api-keys', {
    agent_id: 'leaf-1',
    name: 'Leaf 1',
    expires_at: '2099-11-16T08:00:00+08:00',
  })
  const data = expectData(answer)
  expect(data).toEqual({
    api_key_id: expect.any(Number),
    agent_id: 'leaf-1',
    api_key: expect.stringMatching(/^cortex_ak_[0-9a-f]{64}$/),
    name: 'Leaf 1',
    created_at: expect.stringMatching(/Z$/),
    expires_at: '2099-11-16T00:00:00.000Z',
  })
  expect(answer.body).toMatchObject({ message: 'API Key 已生成' })
  for (const header of ['X-API-Key', 'X-Secret-Key']) {
    expect((await node.client.with({ [header]: String(data.api_key) }).post('/reporting')).body).toMatchObject({
      message: 'leaf-1',
    })
  }
})

test('404, 400: an unknown node, an end in the past', async () => {
  expectError(await admin.post('/auth/api-keys', { agent_id: 'nobody', name: 'x' }), 404, 'NOT_FOUND')
  const past = expectError(
    await admin.post('/auth/api-keys', { agent_id: 'leaf-1', name: 'x', expires_at: '2020-01-01T00:00:00Z' }),
    400,
    'INVALID_REQUEST',
  )
  expect(past.message).toContain('expires_at')
  expectError(await admin.post('/auth/api-keys', { agent_id: 'leaf-1' }), 400, 'INVALID_REQUEST')
})

test('a key is stored hashed and no list shows it', async () => {
  const { id, key } = await newKey()
  const [stored] = await node.database.sql`select key_hash from api_keys where id = ${id}`
  expect(stored?.key_hash).toMatch(/^[0-9a-f]{64}$/)
  const list = await admin.get('/auth/api-keys?agent_id=leaf-1&limit=1000')
  expect(expectData(list).api_keys).toContainEqual(
    expect.objectContaining({ api_key_id: id, agent_id: 'leaf-1', status: 'active' }),
  )
  expect(JSON.stringify(list.body)).not.toContain(String(stored?.key_hash))
  expect(JSON.stringify(list.body)).not.toContain('cortex_ak_')
  expect(node.lines.join('')).not.toContain(key)
})

test('401: no key, a wrong one, a login token', async () => {
  const missing = await node.client.post('/reporting')
  expect(expectError(missing, 401, 'UNAUTHORIZED').details).toEqual({ reason: 'missing' })
  expect(missing.headers.get('www-authenticate')).toContain('ApiKey')
  expectError(await node.client.withKey('cortex_ak_x').post('/reporting'), 401, 'UNAUTHORIZED')
  expectError(await node.client.withKey(`cortex_ak_${'0'.repeat(64)}`).post('/reporting'), 401, 'UNAUTHORIZED')
  expectError(await admin.post('/reporting'), 401, 'UNAUTHORIZED')
})

test('a revoked key is refused at once; revoking it twice is 404', async () => {
  const { id, client } = await newKey()
  expectData(await client.post('/reporting'))
  const revoked = await admin.delete(`/auth/api-keys/${id}`)
  expect(revoked.body).toEqual({ success: true, message: 'API Key 已撤销', timestamp: expect.any(String) })
  expectError(await client.post('/reporting'), 401, 'UNAUTHORIZED')
  expectError(await admin.delete(`/auth/api-keys/${id}`), 404, 'NOT_FOUND')
  const list = expectData(await admin.get('/auth/api-keys?limit=1000'))
  expect(list.api_keys).toContainEqual(expect.objectContaining({ api_key_id: id, status: 'revoked' }))
})

test('whoever holds a link hears of a revoked key after it is on disk', async () => {
  const { id } = await newKey()
  const heard = new Promise((resolve) => node.bus.on('keys_revoked', resolve))
  await admin.delete(`/auth/api-keys/${id}`)
  expect(await heard).toEqual({ agent_id: 'leaf-1', key_ids: [id] })
})

test('a key ends when it was said to end, also while it is in use', async () => {
  const { client } = await newKey({ expires_at: new Date(Date.now() + 60_000).toISOString() })
  expectData(await client.post('/reporting'))
  node.time.offsetMs = 61_000
  expectError(await client.post('/reporting'), 401, 'UNAUTHORIZED')
})

test('after a rotation the old key stays good for the grace period and not longer', async () => {
  const old = await newKey()
  const rotated = expectData(await admin.post(`/auth/api-keys/${old.id}/rotate`, { grace_seconds: 60 }))
  const fresh = node.client.withKey(String(rotated.api_key))
  expectData(await old.client.post('/reporting'))
  expectData(await fresh.post('/reporting'))
  node.time.offsetMs = 61_000
  expectError(await old.client.post('/reporting'), 401, 'UNAUTHORIZED')
  expectData(await fresh.post('/reporting'))
  node.time.offsetMs = 0
  expectData(await admin.post(`/auth/api-keys/${Number(rotated.api_key_id)}/rotate`))
  expectError(await admin.post('/auth/api-keys/999999/rotate', {}), 404, 'NOT_FOUND')
})

test('the keys of a node that leaves are dead at once', async () => {
  const leavingId = await node.addNode('leaving')
  const { client } = await newKey({}, 'leaving')
  expectData(await client.post('/reporting'))
  await node.units.run((unit) => node.keys.revokeOfNodes(unit, [{ id: leavingId, agentId: 'leaving' }]))
  expectError(await client.post('/reporting'), 401, 'UNAUTHORIZED')
})

test('the key of a node deleted by another process is dead within 5 s, and it gets no new one', async () => {
  await node.addNode('deleted-elsewhere')
  const { client } = await newKey({}, 'deleted-elsewhere')
  expectData(await client.post('/reporting'))
  await node.database.sql`update nodes set deleted_at = now() where agent_id = 'deleted-elsewhere'`
  node.time.offsetMs = 5_000
  expectError(await client.post('/reporting'), 401, 'UNAUTHORIZED')
  expectError(await admin.post('/auth/api-keys', { agent_id: 'deleted-elsewhere', name: 'x' }), 404, 'NOT_FOUND')
})

test('a key issued within a unit of work that fails does not exist', async () => {
  let key = ''
  const failing = node.units.run(async (unit) => {
    key = (await node.keys.issue(unit, { id: nodeId, agentId: 'leaf-1' }, { name: 'x', expiresAt: null })).key
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expectError(await node.client.withKey(key).post('/reporting'), 401, 'UNAUTHORIZED')
})
