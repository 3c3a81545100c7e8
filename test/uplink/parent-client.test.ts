import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DecisionRequest } from '../../src/contract/decisions.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { type ParentClientOptions, createParentClient } from '../../src/tree/uplink/parent-client.ts'
import { type StubParent, startStubParent } from './stub-parent.ts'

const logger = createLogger({ level: 'silent' })
let first: StubParent
let second: StubParent

beforeEach(async () => {
  first = await startStubParent({ agentId: 'first' })
  second = await startStubParent({ agentId: 'second' })
})
afterEach(async () => {
  await Promise.all([first.stop(), second.stop()])
})

const both = () => [first, second].map(({ url }, at) => ({ url, apiKey: `key-${at}` }))
const clientOf = (options: Partial<ParentClientOptions> = {}) =>
  createParentClient({ parents: both, clock: Date.now, logger, ...options })
const beat = { agent_id: 'leaf', timestamp: '2026-01-01T00:00:00Z', status: 'healthy' } as const
const question: DecisionRequest = {
  agent_id: 'leaf',
  issue: {
    type: 'service_down',
    description: 'd',
    severity: 'high',
    proposed_fix: 'systemctl restart nginx',
    details: {},
  },
  context: {},
}

describe('what comes back', () => {
  test('a redirect is not followed: the key reaches no other origin', async () => {
    first.behave((_path, c) => c.redirect(`${second.url}/api/v1/heartbeat`, 307))
    await expect(clientOf().sendHeartbeat(beat)).rejects.toMatchObject({ kind: 'retryable', status: 307 })
    expect(second.received).toHaveLength(0)
  })

  test('an answer larger than the bound is not read to its end', async () => {
    first.behave(() => new Response('x'.repeat(100_000)))
    await expect(clientOf({ maxAnswerBytes: 1000 }).sendHeartbeat(beat)).rejects.toMatchObject({
      kind: 'retryable',
      message: /larger than 1000/,
    })
  })

  test('a parent that never answers costs no more than the timeout', async () => {
    first.behave(() => new Promise(() => {}))
    await expect(clientOf({ timeoutMs: 30 }).sendHeartbeat(beat)).rejects.toMatchObject({
      kind: 'retryable',
      code: 'TIMEOUT',
    })
  })

  test('a caller that gives up is told that it did', async () => {
    first.behave(() => new Promise(() => {}))
    const controller = new AbortController()
    const asked = clientOf().requestDecision(question, { deadlineMs: 60_000, signal: controller.signal })
    controller.abort()
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
  })

  test('an unreachable parent is named by what happened, not "fetch failed"', async () => {
    const client = clientOf({ parents: () => [{ url: first.url, apiKey: 'k' }] })
    await first.stop()
    await expect(client.sendHeartbeat(beat)).rejects.toMatchObject({
      kind: 'retryable',
      status: null,
      message: /ECONNREFUSED/,
    })
    first = await startStubParent()
  })

  test('the parent is given less time for a decision than the caller has', async () => {
    await expect(clientOf().requestDecision(question, { deadlineMs: 10_000 })).rejects.toMatchObject({
      kind: 'retryable',
    })
    expect(first.received[0]?.body).toMatchObject({ deadline_ms: 9500 })
  })
})

describe('several parents', () => {
  const fail = (stub: StubParent) => stub.behave((_path, c) => stub.refuse(c, 503, 'SERVICE_UNAVAILABLE'))
  async function failTimes(client: ReturnType<typeof clientOf>, times: number) {
    for (let i = 0; i < times; i++)
      await expect(client.sendHeartbeat(beat)).rejects.toMatchObject({ kind: 'retryable' })
  }

  test('after three failures in a row the next one is used with its own key, and nothing returns by itself', async () => {
    const active: string[] = []
    const client = clientOf({ onActive: (url) => active.push(url) })
    await client.sendHeartbeat(beat)
    fail(first)
    await failTimes(client, 3)
    await client.sendHeartbeat(beat)
    first.behaveWell()
    await client.sendHeartbeat(beat)
    expect(client.activeUrl()).toBe(second.url)
    expect(second.received.map(({ key }) => key)).toEqual(['key-1', 'key-1'])
    expect(active).toEqual([first.url, second.url])
  })

  test.each([
    [401, 'UNAUTHORIZED'],
    [429, 'RATE_LIMITED'],
    [400, 'INVALID_REQUEST'],
  ] as const)('a parent that answers %i is alive and stays', async (status, code) => {
    const client = clientOf()
    first.behave((_path, c) => first.refuse(c, status, code))
    for (let i = 0; i < 5; i++) await expect(client.sendHeartbeat(beat)).rejects.toBeInstanceOf(Error)
    expect(client.activeUrl()).toBe(first.url)
  })

  test('a slow decision is no sign of a dead parent', async () => {
    const client = clientOf()
    first.behave(() => new Promise(() => {}))
    for (let i = 0; i < 4; i++)
      await expect(client.requestDecision(question, { deadlineMs: 10 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(client.activeUrl()).toBe(first.url)
  })

  test('the parent that worked before a restart comes first', () => {
    expect(clientOf({ activeUrl: () => second.url }).activeUrl()).toBe(second.url)
  })

  test('where there is no key the node registers before it speaks, once for requests at the same time', async () => {
    let key: string | null = null
    let attached = 0
    const client = clientOf({
      parents: () => [{ url: first.url, apiKey: key }],
      attach: async () => {
        attached += 1
        await new Promise((resolve) => setImmediate(resolve))
        key = 'fresh'
      },
    })
    await Promise.all([client.sendHeartbeat(beat), client.sendHeartbeat(beat)])
    expect(attached).toBe(1)
    expect(first.received.map((request) => request.key)).toEqual(['fresh', 'fresh'])
  })

  test('a parent that refuses to register the node is passed over at once', async () => {
    const client = clientOf({
      parents: () => [
        { url: first.url, apiKey: null },
        { url: second.url, apiKey: 'k' },
      ],
      attach: () => Promise.reject(new Error('refused')),
    })
    await expect(client.sendHeartbeat(beat)).rejects.toMatchObject({ kind: 'retryable' })
    await client.sendHeartbeat(beat)
    expect(second.paths()).toEqual(['/heartbeat'])
  })
})
