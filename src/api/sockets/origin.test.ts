import { expect, test } from 'vitest'
import { isAllowedOrigin } from './origin.ts'

const allowed = ['https://status.example.com/']

test.each([
  [undefined, 'monitor:3333', true],
  ['http://monitor:3333', 'monitor:3333', true],
  ['https://Monitor.example.com', 'monitor.example.com', true],
  ['https://monitor.example.com', 'monitor.example.com:443', true],
  ['http://monitor.example.com', 'monitor.example.com:443', false],
  ['http://[::1]:3333', '[::1]:3333', true],
  ['http://monitor:4444', 'monitor:3333', false],
  ['https://status.example.com', 'monitor:3333', true],
  ['http://status.example.com', 'monitor:3333', false],
  ['https://evil.example.com', 'monitor:3333', false],
  ['https://monitor:3333@evil.example.com', 'monitor:3333', false],
  ['null', 'monitor:3333', false],
  ['', '', false],
  ['file://', undefined, false],
  ['chrome-extension://abc', 'abc', false],
])('a page of %s may open a socket at %s: %s', (origin, host, may) => {
  expect(isAllowedOrigin(origin, host, allowed)).toBe(may)
})
