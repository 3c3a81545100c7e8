import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { classify, countsAgainstParent, readAnswer, retryAfterMs } from './answer.ts'
import { ParentError } from './parent-error.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const Data = z.object({ id: z.number() })

function failureOf(status: number, body: unknown, retryAfter: string | null = null): ParentError {
  try {
    readAnswer({ status, retryAfter, body: typeof body === 'string' ? body : JSON.stringify(body) }, Data, now)
  } catch (error) {
    if (error instanceof ParentError) return error
    throw error
  }
  throw new Error('it was read as a good answer')
}
const refusal = (code: string) => ({
  success: false,
  error: { code, message: 'no' },
  timestamp: '2026-01-01T00:00:00Z',
})

test('a good answer gives its data, unknown fields beside it do no harm', () => {
  const body = JSON.stringify({ success: true, data: { id: 7, more: 1 }, message: 'ok', timestamp: 'x', extra: true })
  expect(readAnswer({ status: 200, retryAfter: null, body }, Data, now)).toEqual({ id: 7 })
})

test.each([
  ['a login page with status 200', 200, '<html>welcome</html>', 'retryable'],
  ['an empty 200', 200, '', 'retryable'],
  ['a 200 with other data', 200, { success: true, data: { id: 'seven' } }, 'retryable'],
  ['a redirect', 302, '', 'retryable'],
  ['408', 408, refusal('TIMEOUT'), 'retryable'],
  ['429', 429, refusal('RATE_LIMITED'), 'retryable'],
  ['500', 500, refusal('INTERNAL_ERROR'), 'retryable'],
  ['503 of a proxy', 503, 'no upstream', 'retryable'],
  ['404 of a proxy', 404, 'not here', 'retryable'],
  ['404 of a node that is no monitor', 404, refusal('NOT_FOUND'), 'retryable'],
  ['400 of a proxy', 400, '<html>bad request</html>', 'retryable'],
  ['400 of the monitor', 400, refusal('INVALID_REQUEST'), 'rejected'],
  ['409 of the monitor', 409, refusal('CONFLICT'), 'rejected'],
  ['413 of the monitor', 413, refusal('PAYLOAD_TOO_LARGE'), 'rejected'],
  ['413 of a proxy', 413, '<html>too large</html>', 'rejected'],
  ['401', 401, refusal('UNAUTHORIZED'), 'unauthorised'],
  ['403 of a proxy', 403, 'forbidden', 'unauthorised'],
])('%s is %s %s → %s', (_name, status, body, kind) => {
  expect(failureOf(status, body).kind).toBe(kind)
})

test('what is bad about an item depends on what was asked', () => {
  expect(classify(404, true, new Set([404]))).toBe('rejected')
  expect(classify(404, false, new Set([404]))).toBe('retryable')
  expect(classify(403, true, new Set([403]))).toBe('rejected')
})

describe('Retry-After', () => {
  test.each([
    [null, null],
    ['5', 5000],
    [' 120 ', 120_000],
    ['0', null],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', null],
    ['soon', null],
    ['-5', null],
    ['999999999', 3_600_000],
  ])('%s → %s ms', (header, expected) => expect(retryAfterMs(header, now)).toBe(expected))

  test('it is handed on with the error', () =>
    expect(failureOf(429, refusal('RATE_LIMITED'), '7').retryAfterMs).toBe(7000))
})

test('failures of the network, 5xx and foreign answers count against a parent, a busy or refusing one stays', () => {
  expect(countsAgainstParent(new ParentError({ kind: 'retryable', message: 'reset' }))).toBe(true)
  expect(countsAgainstParent(failureOf(500, ''))).toBe(true)
  expect(countsAgainstParent(failureOf(200, '<html>'))).toBe(true)
  expect(countsAgainstParent(failureOf(429, ''))).toBe(false)
  expect(countsAgainstParent(failureOf(401, ''))).toBe(false)
  expect(countsAgainstParent(new ParentError({ kind: 'cancelled', message: 'stopped' }))).toBe(false)
})
