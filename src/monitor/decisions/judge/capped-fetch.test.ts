import { expect, test } from 'vitest'
import { retryAfterMs } from './capped-fetch.ts'

test.each<[Record<string, string>, number | null]>([
  [{}, null],
  [{ 'Retry-After': '2' }, 2000],
  [{ 'Retry-After': '0' }, 0],
  [{ 'retry-after-ms': '150', 'Retry-After': '9' }, 150],
  [{ 'Retry-After': 'Thu, 01 Jan 1970 00:01:40 GMT' }, 90_000],
  [{ 'Retry-After': 'soon' }, null],
])('%j asks for %s ms', (headers, expected) => {
  expect(retryAfterMs(new Headers(headers), () => 10_000)).toBe(expected)
})
