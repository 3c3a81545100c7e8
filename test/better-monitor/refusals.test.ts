import { afterAll, beforeAll, expect, test } from 'vitest'
import { addServer, expectBody, expectPlainError, measured, type Site, startSite } from './site.ts'

let site: Site
let server: { id: number; key: string }
beforeAll(async () => {
  site = await startSite()
  server = await addServer(site.admin, 'Refused')
})
afterAll(() => site?.close())

test('version tells what runs, to everybody', async () => {
  const body = expectBody(await site.anonymous.get('/version'))
  expect(Object.keys(body).sort()).toEqual(['build_time', 'git_commit', 'go_version', 'version'])
  expect(body).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    go_version: expect.stringMatching(/\d/),
  })
})

test('health counts the agents that are online', async () => {
  const before = expectBody(await site.anonymous.get('/health'))
  expect(before).toMatchObject({ status: 'healthy', database: 'connected', timestamp: expect.stringMatching(/Z$/) })
  const { id, key } = await addServer(site.admin, 'Alive')
  expectBody(await site.withSecret(key).post(`/servers/${id}/monitor`, measured))
  const after = expectBody(await site.anonymous.get('/health'))
  expect(after['active_agents']).toBe(Number(before['active_agents']) + 1)
})

test('an unknown path is 404 in the shape of this surface, whoever asks', async () => {
  for (const client of [site.unchecked, site.unchecked.with({ 'X-Secret-Key': server.key })]) {
    for (const path of ['/nothing', '/servers/1/nothing', '/auth', '/settings/secret', '/servers/']) {
      expectPlainError(await client.get(path), 404, 'NOT_FOUND')
    }
  }
})

test.each([
  ['put', '/auth/login', 'POST'],
  ['delete', '/servers', 'GET, POST'],
  ['patch', '/servers/1', 'DELETE, GET, PUT'],
  ['put', '/settings', 'GET, POST'],
  ['post', '/version', 'GET'],
  ['delete', '/servers/1/monitor', 'GET, POST'],
] as const)('%s %s is 405 and names %s', async (method, path, allowed) => {
  const answer = method === 'delete' ? await site.unchecked.delete(path) : await site.unchecked[method](path, {})
  expectPlainError(answer, 405, 'METHOD_NOT_ALLOWED')
  const allow = (answer.headers.get('allow') ?? '').split(', ').filter((one) => one !== 'HEAD' && one !== 'OPTIONS')
  expect(allow.sort().join(', ')).toBe(allowed)
})

test.each(['{"name": ', '{name: "x"}', 'name=x', '', '[1,2', '"text"', 'null', '[]'])(
  'a body of %j is 400',
  async (text) => {
    expectPlainError(await site.admin.post('/servers', text), 400, 'INVALID_REQUEST')
  },
)

test('a body that is not JSON by its own word is 415', async () => {
  const client = site.admin.with({ 'Content-Type': 'text/plain' })
  expectPlainError(await client.post('/servers', '{"name":"x"}'), 415, 'UNSUPPORTED_MEDIA_TYPE')
})

test('a body beyond 1 MiB is 413', async () => {
  const body = { name: 'x', description: 'x'.repeat(1_100_000) }
  expectPlainError(await site.admin.post('/servers', body), 413, 'PAYLOAD_TOO_LARGE')
})

test('English is spoken to who asks for it, and the code stays', async () => {
  const english = await site.admin.with({ 'Accept-Language': 'en' }).get('/servers/4711000')
  const chinese = await site.admin.get('/servers/4711000')
  expect(expectPlainError(english, 404, 'NOT_FOUND')).toBe('there is no server 4711000')
  expect(expectPlainError(chinese, 404, 'NOT_FOUND')).toBe('服务器 4711000 不存在')
})

test('a name that looks like SQL is only a name', async () => {
  const name = `'; drop table nodes; --`
  const { id } = await addServer(site.admin, name)
  expect(expectBody(await site.admin.get(`/servers/${id}`))['server']).toMatchObject({ name })
  expect(expectBody(await site.admin.get(`/servers?q=${encodeURIComponent(name)}`))['total']).toBe(1)
})

test('a NUL in a name is 400', async () => {
  expectPlainError(await site.admin.post('/servers', { name: 'a\u0000b' }), 400, 'INVALID_REQUEST')
})

test('a caller’s eleventh call of a second is 429', async () => {
  const limited = await startSite({ CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10' })
  try {
    const answers = await Promise.all(Array.from({ length: 40 }, () => limited.admin.get('/servers')))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) {
      expectPlainError(answer, 429, 'RATE_LIMITED')
      expect(answer.headers.get('retry-after')).toBe('1')
    }
  } finally {
    await limited.close()
  }
})
