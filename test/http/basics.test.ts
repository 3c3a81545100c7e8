import { request } from 'node:http'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiEnv } from '../../src/api/http/api-env.ts'
import { installBasics } from '../../src/api/http/request-basics.ts'
import { unauthorized } from '../../src/contract/errors.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { expectData, expectError, httpClient, serveApp } from '../support/http.ts'
import { type StubApp, startStubApp } from './stub-app.ts'

let app: StubApp
beforeAll(async () => {
  app = await startStubApp()
})
afterAll(() => app?.close())

test('a request keeps the id it came with, when that is harmless; else it gets one', async () => {
  const idOf = async (id: string) =>
    (await app.client.with({ 'X-Request-Id': id }).get('/address')).headers.get('x-request-id')
  expect(await idOf('trace-1.a:b_c')).toBe('trace-1.a:b_c')
  for (const id of ['', 'x'.repeat(65), 'a b', '{"a":1}']) expect(await idOf(id)).toMatch(/^[0-9a-f-]{36}$/)
})

test('every answer carries the headers against misuse, and no origin is let in', async () => {
  for (const path of ['/address', '/nothing', '/failing']) {
    const { headers } = await app.client.with({ Origin: 'https://evil.example' }).get(path)
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
    expect(headers.has('access-control-allow-origin')).toBe(false)
    expect(headers.has('x-powered-by')).toBe(false)
  }
})

test('the address of a caller is the one the trusted proxy saw', async () => {
  expect(expectData(await app.client.get('/address'))).toEqual({ ip: '127.0.0.1' })
  expect(expectData(await app.client.with({ 'X-Forwarded-For': '6.6.6.6, 9.9.9.9' }).get('/address'))).toEqual({
    ip: '9.9.9.9',
  })
})

test('requests are counted by the pattern of their route, never by their path', async () => {
  app.requests.length = 0
  await app.client.post('/echo/7', { name: 'x' })
  await app.client.post('/echo/8', { name: 5 })
  await app.client.get('/no-such-thing')
  expect(app.requests).toEqual([
    { method: 'POST', route: '/api/v1/echo/{id}', status: 200 },
    { method: 'POST', route: '/api/v1/echo/{id}', status: 400 },
    { method: 'GET', route: 'unknown', status: 404 },
  ])
})

test('the log has a line for each request, without its query', async () => {
  await app.client.with({ 'X-Request-Id': 'line-1' }).get('/address?token=in-the-url')
  const line = app.lines.find((one) => one.includes('"line-1"')) ?? ''
  expect(JSON.parse(line)).toMatchObject({
    level: 'debug',
    method: 'GET',
    path: '/api/v1/address',
    status: 200,
    ip: '127.0.0.1',
  })
  expect(line).not.toContain('in-the-url')
})

test('a server that is talked nonsense to stays up', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const bad = request(
      `${app.url}/api/v1/%zz/../..//x?%`,
      { method: 'PROPFIND', headers: { Host: 'a b' } },
      (response) => {
        response.resume()
        resolve(response.statusCode)
      },
    )
    bad.on('error', reject).end()
  })
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expectData(await app.client.get('/address'))
})

test('the document names every route with its answers and errors, and all references resolve', async () => {
  const answer = await app.client.get('/openapi.json')
  const document = answer.body as {
    openapi: string
    paths: Record<string, Record<string, { responses: object; security: object[] }>>
    components: object
  }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toEqual([
    '/api/v1/echo/{id}',
    '/api/v1/optional',
    '/api/v1/failing',
    '/api/v1/address',
  ])
  const echo = document.paths['/api/v1/echo/{id}']?.post
  expect(Object.keys(echo?.responses ?? {})).toEqual(['200', '400', '413', '415', '429', '500', '503'])
  expect(document.components).toMatchObject({
    securitySchemes: { bearer: { type: 'http' }, apiKey: { in: 'header', name: 'X-API-Key' } },
  })

  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '')
  expect(references.length).toBeGreaterThan(0)
  for (const reference of references) {
    expect(
      reference.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document),
      reference,
    ).toBeDefined()
  }
  const again = await app.client.with({ 'If-None-Match': String(answer.headers.get('etag')) }).get('/openapi.json')
  expect(again.status).toBe(304)
})

test('the page to read it asks no other host and runs no inline script', async () => {
  const page = await app.client.get('/docs')
  expect(page.status).toBe(200)
  const html = String(page.body)
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self';")
  expect(html).not.toMatch(/https?:\/\//)
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/)
  const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] ?? '')
  expect(files).toHaveLength(3)
  for (const file of files) {
    const answer = await httpClient(app.url).get(file)
    expect(answer.status, file).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/css|javascript/)
  }
  expect((await app.client.get('/docs/..%2fpackage.json')).status).toBe(404)
  expect((await app.client.get('/docs/package.json')).status).toBe(404)
})

test('a plain app, as a leaf runs it, has the same errors; and another surface its own shape', async () => {
  const leaf = new Hono<ApiEnv>()
  installBasics(leaf, {
    logger: createLogger({ level: 'silent' }),
    newRequestId: () => 'made-here',
    errorShape: (path) =>
      path.startsWith('/api/v1/')
        ? (error, language) => ({
            success: false,
            error: { code: error.code, message: error.text[language], details: {} },
            timestamp: '2026-11-21T00:00:00Z',
          })
        : (error, language, timestamp) => ({ error: error.text[language], code: error.code, timestamp }),
  })
  leaf.get('/api/v1/self', (c) => c.json({ up: true }))
  leaf.get('/api/servers', () => {
    throw unauthorized('未登录', 'Not logged in')
  })
  const server = await serveApp(leaf)
  try {
    const client = httpClient(server.url)
    const self = await client.get('/api/v1/self')
    expect(self.body).toEqual({ up: true })
    expect(self.headers.get('x-request-id')).toBe('made-here')
    expectError(await client.get('/api/v1/nothing'), 404, 'NOT_FOUND')
    expectError(await client.post('/api/v1/self'), 405, 'METHOD_NOT_ALLOWED')
    expect((await client.get('/api/servers')).body).toEqual({
      error: '未登录',
      code: 'UNAUTHORIZED',
      timestamp: expect.stringMatching(/Z$/),
    })
  } finally {
    await server.close()
  }
})

test('requests that nobody finishes pile up to a bound; then they are told to come again, until there is room', async () => {
  const bound = 5_000
  const crowded = new Hono<ApiEnv>()
  const opening = Promise.withResolvers<void>()
  installBasics(crowded, { logger: createLogger({ level: 'silent' }), newRequestId: () => 'id' })
  crowded.get('/slow', async (c) => {
    await opening.promise
    return c.text('done')
  })
  const waiting = Array.from({ length: bound }, async () => (await crowded.request('/slow')).status)
  const refused = await crowded.request('/slow')
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('2')
  expect(await refused.json()).toMatchObject({ success: false, error: { code: 'SERVICE_UNAVAILABLE' } })
  opening.resolve()
  expect(new Set(await Promise.all(waiting))).toEqual(new Set([200]))
  expect((await crowded.request('/slow')).status).toBe(200)
})
