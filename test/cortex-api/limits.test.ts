import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectData, expectError, type HttpAnswer, type HttpClient } from '../support/http.ts'
import { type ApiNode, issue, type Leaf, type Person, registration, report, startApiNode } from './api-node.ts'
import { stateOf } from './state.ts'

const limits = { reports: 8, queries: 12, auth: 20 }

let node: ApiNode
let noisy: Leaf
let quiet: Leaf
let people: Person[]
beforeAll(async () => {
  node = await startApiNode({
    CORTEX_RATE_LIMIT_REPORTS_PER_MINUTE: String(limits.reports),
    CORTEX_RATE_LIMIT_QUERIES_PER_MINUTE: String(limits.queries),
    CORTEX_RATE_LIMIT_AUTH_PER_MINUTE: String(limits.auth),
  })
  noisy = await node.join('noisy')
  quiet = await node.join('quiet')
  people = [await node.person('viewer'), await node.person('viewer')]
})
afterAll(() => node?.close())

/** What the headers say; each must be a whole number, and the reset lies within the window of 60 s. */
function headersOf({ headers }: HttpAnswer): { limit: number; remaining: number } {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => {
    const value = headers.get(`x-ratelimit-${name}`)
    expect(value, name).toMatch(/^\d+$/)
    return Number(value)
  })
  const nowS = Date.now() / 1000
  expect(reset).toBeGreaterThanOrEqual(Math.floor(nowS))
  expect(reset).toBeLessThanOrEqual(Math.ceil(nowS) + 60)
  return { limit: limit ?? -1, remaining: remaining ?? -1 }
}

/** Uses the window up to its end, then is refused without an effect. */
async function exhaust(limit: number, ask: () => Promise<HttpAnswer>): Promise<void> {
  let { remaining } = headersOf(await ask())
  while (remaining > 0) {
    const answer = await ask()
    expect(answer.status).toBeLessThan(429)
    expect(headersOf(answer)).toEqual({ limit, remaining: --remaining })
  }
  const before = await stateOf(node.sql)
  const refused = await ask()
  const error = expectError(refused, 429, 'RATE_LIMITED')
  expect(headersOf(refused)).toEqual({ limit, remaining: 0 })
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/)
  expect(error).toMatchObject({
    message: expect.stringContaining('请求过于频繁'),
    details: { retry_after_s: expect.any(Number) },
  })
  expect(await stateOf(node.sql)).toEqual(before)
}

describe('429', () => {
  test('reports, heartbeats, requests for decisions and results of one node are one window; a batch counts once', async () => {
    const beat = () =>
      noisy.api.post('/heartbeat', { agent_id: 'noisy', timestamp: new Date().toISOString(), status: 'healthy' })
    const batch = () =>
      noisy.api.post('/reports/batch', { reports: [report('noisy'), report('noisy'), report('noisy')] })
    const first = headersOf(await beat())
    expect(first).toEqual({ limit: limits.reports, remaining: limits.reports - 1 })
    expect(headersOf(await batch()).remaining).toBe(limits.reports - 2)
    await exhaust(limits.reports, () =>
      noisy.api.post('/reports', report('noisy', { status: 'critical', issues: [issue('x')] })),
    )
    expectError(await beat(), 429, 'RATE_LIMITED')
    expectError(await batch(), 429, 'RATE_LIMITED')
    expectData(await quiet.api.post('/reports', report('quiet')))
  })

  test('queries of one person, without touching another', async () => {
    const [noisyPerson, quietPerson] = people
    await exhaust(limits.queries, () => (noisyPerson?.api ?? node.anonymous).get('/cluster/nodes'))
    for (const path of ['/alerts', '/intents', '/decisions', '/auth/me', '/self']) {
      expectError(await (noisyPerson?.api ?? node.anonymous).get(path), 429, 'RATE_LIMITED')
    }
    expectData(await (quietPerson?.api ?? node.anonymous).get('/cluster/nodes'))
  })

  test('the message of a refusal is in the language that was asked for', async () => {
    const english = (people[0]?.api ?? node.anonymous).with({ 'Accept-Language': 'en' })
    expect(expectError(await english.get('/alerts'), 429, 'RATE_LIMITED').message).toMatch(/^Too many requests/)
  })

  test('logins of one address, right or wrong', async () => {
    await exhaust(limits.auth, () => node.anonymous.post('/auth/login', { username: 'admin', password: 'wrong' }))
    expectError(
      await node.anonymous.post('/auth/login', { username: 'admin', password: 'your-password-here' }),
      429,
      'RATE_LIMITED',
    )
  })

  test('guesses of a registration token', async () => {
    const guess = (client: HttpClient) =>
      client.post('/cluster/register', registration('guessed', { registration_token: 'a-guess-of-a-token' }))
    const statuses: number[] = []
    for (let count = 0; count < 60 && statuses.at(-1) !== 429; count++)
      statuses.push((await guess(node.anonymous)).status)
    expect(statuses[0]).toBe(401)
    expect(statuses.at(-1)).toBe(429)
  })
})
