import { expect, test } from 'vitest'
import { parseListen } from './listen.ts'

test.each([
  [['80'], 80, false, false],
  [['443', 'ssl', 'http2'], 443, true, false],
  [['[::]:443', 'quic'], 443, true, false],
  [['[::1]'], 80, false, false],
  [['127.0.0.1:8080', 'default_server'], 8080, false, true],
  [['*:81'], 81, false, false],
  [['localhost'], 80, false, false],
  [['unix:/run/a.sock'], null, false, false],
])('listen %j is port %s, ssl %s, default %s', (args, port, ssl, defaultServer) => {
  expect(parseListen(args)).toEqual({ address: args[0], port, ssl, defaultServer })
})

test('a listen without an address is none', () => {
  expect(parseListen([])).toBeNull()
})
