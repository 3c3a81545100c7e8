import { expect, test } from 'vitest'
import { acceptedEncoding } from './accepted-encoding.ts'

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip;q=1.0', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0.0', null],
  ['BR', 'br'],
  ['identity', null],
  [undefined, null],
])('%s takes %s', (header, encoding) => {
  expect(acceptedEncoding(header, ['br', 'gzip'])).toBe(encoding)
})

test('what is not at hand is not promised', () => {
  expect(acceptedEncoding('br, gzip', [])).toBeNull()
})
