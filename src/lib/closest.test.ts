import { expect, test } from 'vitest'
import { closest, editDistance } from './closest.ts'

test.each([
  ['', '', 0],
  ['abc', '', 3],
  ['port', 'prot', 1],
  ['kitten', 'sitting', 3],
  ['host', 'host', 0],
])('from %s to %s it is %d steps', (a, b, steps) => expect(editDistance(a, b)).toBe(steps))

test.each([
  ['prot', 'port'],
  ['PORT', 'port'],
  ['trusted_proxys', 'trusted_proxies'],
  ['zebra', undefined],
])('%s means %s', (word, meant) => expect(closest(word, ['host', 'port', 'trusted_proxies'])).toBe(meant))
