import { expect, test } from 'vitest'
import { healthOfAnswer } from './http.ts'

const url = 'http://127.0.0.1/health'

test.each([
  ['200', { url }, { status: 200, body: '', tookMs: 1 }, true],
  ['a redirect', { url }, { status: 302, body: '', tookMs: 1 }, true],
  ['500', { url }, { status: 500, body: '', tookMs: 1 }, false],
  ['404 where 404 is good', { url, status: [404] }, { status: 404, body: '', tookMs: 1 }, true],
  ['the text is there', { url, body_contains: 'ok' }, { status: 200, body: 'all ok', tookMs: 1 }, true],
  ['the text is not there', { url, body_contains: 'ok' }, { status: 200, body: 'down', tookMs: 1 }, false],
  ['too slow', { url, max_latency_ms: 100 }, { status: 200, body: '', tookMs: 101 }, false],
])('%s', (_name, config, answer, isWell) => expect(healthOfAnswer(config, answer).well).toBe(isWell))
