import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, type HttpAnswer } from '../support/http.ts'
import { type ApiNode, type Leaf, report, startApiNode } from './api-node.ts'

let node: ApiNode
let leaf: Leaf
beforeAll(async () => {
  node = await startApiNode()
  leaf = await node.join('node-prod-001')
})
afterAll(() => node?.close())

const isCounted = ({ headers }: HttpAnswer) => headers.has('x-ratelimit-remaining')

test('a refusal for want of a role counts against the limit of the person', async () => {
  const { api } = await node.person('viewer')
  expect(isCounted(await api.get('/auth/users'))).toBe(true)
})

test('a refusal of a NUL in the address counts against the limit of the caller', async () => {
  expect(isCounted(await node.admin.get('/cluster/nodes?q=%00'))).toBe(true)
})

test('a key that was replaced without a grace period is refused at once, though it was used a moment ago', async () => {
  const send = async (key: unknown) =>
    (await node.anonymous.withKey(String(key)).post('/reports', report(leaf.agentId))).status
  const old = expectData(await node.admin.post('/auth/api-keys', { agent_id: leaf.agentId, name: 'replaced' }))
  expect(await send(old['api_key'])).toBe(200)
  expectData(await node.admin.post(`/auth/api-keys/${String(old['api_key_id'])}/rotate`, { grace_seconds: 0 }))
  expect(await send(old['api_key'])).toBe(401)
})
