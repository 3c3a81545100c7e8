import { expect, test } from 'vitest'
import { scopeForChild } from './concern.ts'

const child = { agentId: 'eu', path: ['root', 'eu'] }

test.each([
  ['everything', null, null, null],
  ['this monitor', 'root', ['root'], null],
  ['the child', 'eu', ['root', 'eu'], 'eu'],
  ['a node below the child', 'db-3', ['root', 'eu', 'db-3'], 'db-3'],
  ['a node of another region', 'web-1', ['root', 'us', 'web-1'], undefined],
  ['a node that is not here', 'gone', null, undefined],
])('a silence of %s', (_what, scope, path, expected) => {
  expect(scopeForChild(scope, child, path)).toBe(expected)
})
