import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError, type HttpAnswer, login } from '../support/http.ts'
import { type AuthNode, adminPassword, startAuthNode } from './auth-node.ts'

let node: AuthNode
beforeAll(async () => {
  node = await startAuthNode({ auth_per_minute: 3, queries_per_minute: 20, reports_per_minute: 5 })
  await node.users.ensureAdmin(adminPassword)
})
afterAll(() => node?.close())

function limitsOf(answer: HttpAnswer): { limit: number; remaining: number; resetInS: number } {
  const read = (name: string) => Number(answer.headers.get(`x-ratelimit-${name}`))
  return { limit: read('limit'), remaining: read('remaining'), resetInS: read('reset') - Date.now() / 1000 }
}

test('429: logins beyond the limit of an address, right or wrong, with headers on every answer', async () => {
  const client = await login(node.client, 'admin', adminPassword)
  const wrong = await node.client.post('/auth/login', { username: 'admin', password: 'x' })
  expectError(wrong, 401, 'UNAUTHORIZED')
  expect(limitsOf(wrong)).toMatchObject({ limit: 3, remaining: 1 })
  expect(limitsOf(wrong).resetInS).toBeGreaterThan(0)
  expect(limitsOf(wrong).resetInS).toBeLessThanOrEqual(61)
  expect(limitsOf(await node.client.post('/auth/login', 'nonsense'))).toMatchObject({ limit: 3, remaining: 0 })

  const answer = await node.client.post('/auth/login', { username: 'admin', password: adminPassword })
  expectError(answer, 429, 'RATE_LIMITED')
  expect(limitsOf(answer)).toMatchObject({ limit: 3, remaining: 0 })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)

  // A user who is in is counted apart from the address.
  const me = await client.get('/auth/me')
  expectData(me)
  expect(limitsOf(me)).toMatchObject({ limit: 20, remaining: 19 })
})

test('429: reports of one node, without touching another node', async () => {
  const clients = await Promise.all(
    ['noisy', 'quiet'].map(async (agentId) => {
      const id = await node.addNode(agentId)
      return node.client.withKey(
        (await node.units.run((unit) => node.keys.issue(unit, { id, agentId }, { name: 'x', expiresAt: null }))).key,
      )
    }),
  )
  const [noisy, quiet] = clients
  for (let count = 1; count <= 5; count++) {
    expect(limitsOf(await noisy!.post('/reporting'))).toMatchObject({ limit: 5, remaining: 5 - count })
  }
  expectError(await noisy!.post('/reporting'), 429, 'RATE_LIMITED')
  expectData(await quiet!.post('/reporting'))
})

test('429: guessing of keys ends, and a node whose key was seen is not locked out with it', async () => {
  const id = await node.addNode('behind-nat')
  const { key } = await node.units.run((unit) =>
    node.keys.issue(unit, { id, agentId: 'behind-nat' }, { name: 'x', expiresAt: null }),
  )
  expectData(await node.client.withKey(key).post('/reporting'))

  const guess = (at: number) => node.client.withKey(`cortex_ak_${String(at).padStart(64, '0')}`).post('/reporting')
  const statuses: number[] = []
  for (let at = 0; at < 40; at++) statuses.push((await guess(at)).status)
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(30)
  expect(statuses.at(-1)).toBe(429)
  expectError(await node.client.withToken('x.y.z').get('/auth/me'), 429, 'RATE_LIMITED')
  expectData(await node.client.withKey(key).post('/reporting'))
})

test('429: whoever walks through paths is counted too', async () => {
  const statuses: number[] = []
  for (let at = 0; at < 25; at++) statuses.push((await node.client.get(`/nothing-${at}`)).status)
  expect(statuses[0]).toBe(404)
  expect(statuses.at(-1)).toBe(429)
})
