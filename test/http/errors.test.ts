import { DrizzleQueryError } from 'drizzle-orm/errors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conflict } from '../../src/contract/errors.ts'
import { expectData, expectError } from '../support/http.ts'
import { type StubApp, startStubApp } from './stub-app.ts'

let app: StubApp
beforeAll(async () => {
  app = await startStubApp()
})
afterAll(() => app?.close())

const json = { 'Content-Type': 'application/json' }

test('sound input comes through, with defaults, and unknown fields and parameters are ignored', async () => {
  expect(expectData(await app.client.post('/echo/7?limit=20&nobody=knows', { name: '节点', more: 1 }))).toEqual({
    id: 7,
    limit: 20,
    body: { name: '节点', size: 1 },
  })
  expect(
    expectData(
      await app.client.with({ 'Content-Type': 'application/json; charset=utf-8' }).post('/echo/7', { name: 'x' }),
    ),
  ).toMatchObject({ limit: 50 })
})

test('a body that may be left out reads as its defaults, with or without a content type', async () => {
  for (const client of [app.client, app.client.with(json)]) {
    const answer = await client.post('/optional')
    expect(expectData(answer, 202)).toEqual({ size: 7 })
    expect(answer.body).toMatchObject({ message: '已接受' })
  }
  expect(expectData(await app.client.post('/optional', { size: 3 }), 202)).toEqual({ size: 3 })
  expectError(await app.client.post('/optional', '{"size":'), 400, 'INVALID_REQUEST')
})

test.each<[string, string, unknown, string]>([
  ['a wrong field', '/echo/7', { name: 5 }, 'name'],
  ['a missing field', '/echo/7', {}, 'name'],
  ['a body that is no object', '/echo/7', [], 'body'],
  ['malformed JSON', '/echo/7', '{"name": "x",\n "size": }', '第 2 行第 10 列'],
  ['no JSON at all', '/echo/7', 'name=x', '第 1 行第 1 列'],
  ['a NUL in a value', '/echo/7', { name: 'x', details: { deep: ['a\0b'] } }, 'details.deep.0'],
  ['a NUL in a key', '/echo/7', { name: 'x', details: { 'a\0b': 1 } }, 'details'],
  ['half an emoji', '/echo/7', '{"name":"\\ud83d"}', 'name'],
  ['a body nested too deeply', '/echo/7', `{"name":${'['.repeat(500)}${']'.repeat(500)}}`, '嵌套'],
  ['a path parameter', '/echo/0', { name: 'x' }, 'id'],
  ['a query out of range', '/echo/7?limit=1001', { name: 'x' }, 'limit'],
  ['a query given twice', '/echo/7?limit=1&limit=2', { name: 'x' }, 'limit'],
  ['a NUL in the path', '/echo/7%00', { name: 'x' }, 'NUL'],
  ['a NUL in the query', '/echo/7?q=%00', { name: 'x' }, 'NUL'],
])('400: %s, and the message says where', async (_what, path, body, where) => {
  expect(expectError(await app.client.post(path, body), 400, 'INVALID_REQUEST').message).toContain(where)
})

test('415: another content type, and a body without one', async () => {
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonx']) {
    expectError(
      await app.client.with({ 'Content-Type': type }).post('/echo/7', '{"name":"x"}'),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    )
  }
  const response = await fetch(`${app.url}/api/v1/echo/7`, { method: 'POST', body: new Blob(['{"name":"x"}']) })
  expect(response.status).toBe(415)
})

test('413: a body over the limit, whether or not it says how long it is', async () => {
  const large = JSON.stringify({ name: 'x', details: { text: 'y'.repeat(3_000) } })
  expect(expectError(await app.client.post('/echo/7', large), 413, 'PAYLOAD_TOO_LARGE').details).toEqual({
    max_bytes: 2_000,
  })

  const chunked = async (text: string) => {
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < text.length; at += 100)
          controller.enqueue(new TextEncoder().encode(text.slice(at, at + 100)))
        controller.close()
      },
    })
    return fetch(`${app.url}/api/v1/echo/7`, { method: 'POST', headers: json, body, duplex: 'half' })
  }
  expect((await chunked('{"name":"small"}')).status).toBe(200)
  expect((await chunked(large)).status).toBe(413)
  // The server is not hurt by it.
  expectData(await app.client.post('/echo/7', { name: 'x' }))
})

test('404 and 405 have the documented shape, and 405 says what is possible', async () => {
  expectError(await app.client.get('/nothing'), 404, 'NOT_FOUND')
  expectError(await app.client.get('/echo/7/more'), 404, 'NOT_FOUND')
  const wrong = await app.client.delete('/echo/7')
  expectError(wrong, 405, 'METHOD_NOT_ALLOWED')
  expect(wrong.headers.get('allow')).toBe('POST')
})

test.each([
  [{}, '路径不存在'],
  [{ 'Accept-Language': 'en-GB,en;q=0.9' }, 'No such path'],
  [{ 'Accept-Language': 'fr' }, '路径不存在'],
])('messages are in the language of %j', async (headers, message) => {
  expect(
    expectError(await app.client.with(headers as Record<string, string>).get('/nothing'), 404, 'NOT_FOUND').message,
  ).toBe(message)
})

test('an AppError answers with its status, headers, texts and details, and with nothing internal', async () => {
  app.state.failure = conflict('冲突', 'In conflict', {
    details: { field: 'x' },
    headers: { 'X-Hint': 'yes' },
    internal: 'row 7 of table nodes',
  })
  const answer = await app.client.get('/failing')
  expect(expectError(answer, 409, 'CONFLICT')).toEqual({ code: 'CONFLICT', message: '冲突', details: { field: 'x' } })
  expect(answer.headers.get('x-hint')).toBe('yes')
})

test('500: nothing of a failure gets out, and the log has it under the id of the request', async () => {
  const cause = Object.assign(new Error('relation "nodes" does not exist'), { code: '42P01' })
  app.state.failure = new DrizzleQueryError('select * from nodes where key_hash = $1', ['a-secret-parameter'], cause)
  const answer = await app.client.with({ 'X-Request-Id': 'trace-me' }).get('/failing')
  expect(expectError(answer, 500, 'INTERNAL_ERROR')).toEqual({
    code: 'INTERNAL_ERROR',
    message: '服务器内部错误',
    details: {},
  })
  const logged = app.lines.findLast((line) => line.includes('request failed')) ?? ''
  expect(JSON.parse(logged)).toMatchObject({ request_id: 'trace-me', status: 500 })
  expect(logged).toContain('42P01')
  expect(logged).not.toContain('a-secret-parameter')
})

test.each(['CONNECTION_CLOSED', 'CONNECT_TIMEOUT', '57P03', '53300', '08006'])(
  '503: the database is away (%s)',
  async (code) => {
    app.state.failure = new DrizzleQueryError('select 1', [], Object.assign(new Error('write'), { code }))
    const answer = await app.client.get('/failing')
    expectError(answer, 503, 'SERVICE_UNAVAILABLE')
    expect(answer.headers.get('retry-after')).toBe('5')
  },
)
