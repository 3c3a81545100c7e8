import { expect, test, vi } from 'vitest'
import { createClient, queryText } from './client.ts'

const user = { username: 'ann', email: null, role: 'admin' as const, password_is_first: false }
const signed = { token: 't1', expiresAtMs: 1, user }

function client(answer: () => Response, current = { token: 't1' as string | null }) {
  const signOut = vi.fn()
  const fetch = vi.fn(async (..._given: Parameters<typeof globalThis.fetch>) => answer())
  const session = { current: () => (current.token === null ? null : { ...signed, token: current.token }), signOut }
  return { ...createClient({ session, language: () => 'en', fetch }), fetch, signOut }
}
const json = (status: number, body: unknown, headers = {}) => new Response(JSON.stringify(body), { status, headers })

test('an answer of v1 comes out of its envelope, one of Better Monitor as it is', async () => {
  expect(await client(() => json(200, { success: true, data: { a: 1 } })).call('GET', '/api/v1/x')).toEqual({
    ok: true,
    data: { a: 1 },
  })
  expect(await client(() => json(200, { servers: [] })).call('GET', '/api/servers')).toEqual({
    ok: true,
    data: { servers: [] },
  })
})

test('errors of both surfaces have one shape, with the text of the server and when to come back', async () => {
  const v1 = { success: false, error: { code: 'RATE_LIMITED', message: 'slow down', details: { a: 1 } } }
  const limited = await client(() => json(429, v1, { 'retry-after': '7' })).call('GET', '/api/v1/x')
  expect(limited).toEqual({
    ok: false,
    failure: { code: 'RATE_LIMITED', status: 429, message: 'slow down', details: { a: 1 }, retryAfterS: 7 },
  })
  const plain = await client(() => json(404, { error: 'gone', code: 'NOT_FOUND' })).call('GET', '/api/x')
  expect(plain).toMatchObject({ ok: false, failure: { code: 'NOT_FOUND', message: 'gone', retryAfterS: null } })
})

test('no answer, and an answer that is no JSON, are failures that say so', async () => {
  const cut = client(() => {
    throw new TypeError('fetch failed')
  })
  expect(await cut.call('GET', '/api/x')).toMatchObject({ ok: false, failure: { code: 'NETWORK', status: 0 } })
  const proxy = client(() => new Response('<html>bad gateway', { status: 502 }))
  expect(await proxy.call('GET', '/api/x')).toMatchObject({ ok: false, failure: { status: 502 } })
})

test('a refused token ends the session; one that was renewed meanwhile does not', async () => {
  const refusal = () => json(401, { error: 'no', code: 'UNAUTHORIZED' })
  const ended = client(refusal)
  await ended.call('GET', '/api/x')
  expect(ended.signOut).toHaveBeenCalledOnce()

  const current = { token: 't1' as string | null }
  const renewed = client(() => {
    current.token = 't2'
    return refusal()
  }, current)
  await renewed.call('GET', '/api/x')
  expect(renewed.signOut).not.toHaveBeenCalled()
})

test('token, language and body go along', async () => {
  const c = client(() => json(200, {}))
  await c.call('POST', '/api/x', { body: { a: 1 }, query: { q: 'ä b', none: undefined } })
  const [url, init] = c.fetch.mock.calls[0] ?? []
  expect(url).toBe('/api/x?q=%C3%A4+b')
  expect(init).toMatchObject({ method: 'POST', body: '{"a":1}', credentials: 'omit' })
  expect(init?.headers).toMatchObject({ Authorization: 'Bearer t1', 'Accept-Language': 'en' })
})

test('a query leaves out what was not given', () => {
  expect(queryText({ a: '', b: null, c: undefined, d: 0, e: false })).toBe('?d=0&e=false')
  expect(queryText()).toBe('')
})
