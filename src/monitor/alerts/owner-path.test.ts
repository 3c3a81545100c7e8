import { expect, test } from 'vitest'
import { ownerPath } from './owner-path.ts'

test.each([
  ['probe', ['root', 'eu', 'db-1'], ['root', 'eu']],
  ['probe', ['root', 'db-1'], ['root']],
  ['monitor', ['root', 'eu'], ['root', 'eu']],
  ['monitor', ['root'], ['root']],
] as const)('alerts of a %s at %j are owned by the end of %j', (role, path, owner) => {
  expect(ownerPath({ role, path })).toEqual(owner)
})
