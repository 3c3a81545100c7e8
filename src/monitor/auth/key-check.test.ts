import { randomBytes } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { apiKeyHash, newApiKey } from './api-key.ts'
import { createKeyCheck } from './key-check.ts'
import type { LiveKey } from './keys.store.ts'

const key = newApiKey(randomBytes)
const other = newApiKey(randomBytes)
const live: LiveKey = { keyId: 4, nodeId: 3, agentId: 'leaf-1', role: 'probe', expiresAt: null }
const actor = { kind: 'node', keyId: 4, nodeId: 3, agentId: 'leaf-1', role: 'probe' }

function setUp(initial: Partial<LiveKey> = {}) {
  const state = { now: 1_000_000, key: { ...live, ...initial } as LiveKey | null }
  const load = vi.fn(async (keyHash: string) => (keyHash === apiKeyHash(key) ? state.key : null))
  return { state, load, check: createKeyCheck({ load, clock: () => state.now }) }
}

test('a key is 256 random bits and is never stored itself', () => {
  expect(key).toMatch(/^cortex_ak_[0-9a-f]{64}$/)
  expect(apiKeyHash(key)).toMatch(/^[0-9a-f]{64}$/)
  expect(key).not.toContain(apiKeyHash(key))
  expect(newApiKey(randomBytes)).not.toBe(key)
})

test('a key that was read is known without waiting', async () => {
  const { check, load } = setUp()
  expect(check.cached(key)).toBeNull()
  expect(await check.authenticate(key)).toEqual(actor)
  expect(check.cached(key)).toEqual(actor)
  expect(load).toHaveBeenCalledTimes(1)
})

test('a key that ends is refused from that moment, also out of memory', async () => {
  const { check, state } = setUp({ expiresAt: new Date(1_001_000) })
  expect(await check.authenticate(key)).toEqual(actor)
  state.now = 1_000_999
  expect(check.cached(key)).toEqual(actor)
  state.now = 1_001_000
  expect(check.cached(key)).toBeNull()
  expect(await check.authenticate(key)).toBeNull()
})

test('a revoked key is refused at once when this process is told', async () => {
  const { check, state } = setUp()
  await check.authenticate(key)
  state.key = null
  check.forget({ agentId: 'leaf-9', keyIds: [4] })
  expect(check.cached(key)).toBeNull()
  expect(await check.authenticate(key)).toBeNull()
})

test('a key revoked by another process is refused within 5 s, however busy it is', async () => {
  const { check, state } = setUp()
  await check.authenticate(key)
  state.key = null
  state.now += 4_900
  check.cached(key)
  state.now += 100
  expect(check.cached(key)).toBeNull()
  expect(await check.authenticate(key)).toBeNull()
})

test('a key that is being read while it is revoked is not kept', async () => {
  const { check } = setUp()
  const reading = check.authenticate(key)
  check.forget({ agentId: 'leaf-1', keyIds: [] })
  await reading
  expect(check.cached(key)).toBeNull()
})

test('a wrong key costs one query, not one each time', async () => {
  const { check, load, state } = setUp()
  for (let tries = 0; tries < 10; tries++) expect(await check.authenticate(other)).toBeNull()
  expect(load).toHaveBeenCalledTimes(1)
  state.now += 5_000
  await check.authenticate(other)
  expect(load).toHaveBeenCalledTimes(2)
})

test.each(['', 'cortex_ak_', 'x', key.toUpperCase(), `${key} `, `cortex_ak_${'a'.repeat(1_000_000)}`])(
  'what has not the shape of a key is never looked up: %.30s',
  async (text) => {
    const { check, load } = setUp()
    expect(check.cached(text)).toBeNull()
    expect(await check.authenticate(text)).toBeNull()
    expect(load).not.toHaveBeenCalled()
  },
)

test('20 000 checks a second are a small part of one processor', async () => {
  const { check } = setUp()
  await check.authenticate(key)
  const startedAt = performance.now()
  for (let count = 0; count < 20_000; count++) check.cached(key)
  expect(performance.now() - startedAt).toBeLessThan(500)
})
