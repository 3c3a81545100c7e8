import { expect, test } from 'vitest'
import { concerns } from './in-scope.ts'

const nodes = new Map([
  ['eu', { path: ['root', 'eu'] }],
  ['db-1', { path: ['root', 'eu', 'db-1'] }],
  ['us', { path: ['root', 'us'] }],
])

test.each([
  [null, 'db-1', true],
  ['eu', null, true],
  ['eu', 'db-1', true],
  ['db-1', 'eu', true],
  ['us', 'db-1', false],
  ['gone', 'db-1', false],
])('what is about %s concerns %s: %s', (subject, scope, expected) => {
  expect(concerns(subject, scope, nodes)).toBe(expected)
})
