import { expect, test } from 'vitest'
import { globMatches } from './glob.ts'

test.each([
  ['nginx', 'nginx', true],
  ['nginx', 'nginx2', false],
  ['*', '', true],
  ['systemd-*', 'systemd-journald', true],
  ['systemd-*', 'systemd', false],
  ['*sql*', 'postgresql@15', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a.c', 'abc', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-b-b-d', false],
  ['', '', true],
  ['', 'x', false],
])('%j on %j: %s', (glob, text, expected) => expect(globMatches(glob, text)).toBe(expected))

test('a glob of many stars ends', () => {
  expect(globMatches('a*'.repeat(100) + 'b', 'a'.repeat(16_384))).toBe(false)
})
