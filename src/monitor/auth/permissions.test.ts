import { expect, test } from 'vitest'
import type { UserRole } from '../../contract/common.ts'
import type { Actor } from './actor.ts'
import { type Permission, can, scopeOf } from './permissions.ts'

const user = (role: UserRole): Actor => ({ kind: 'user', userId: 7, username: role, role })
const node: Actor = { kind: 'node', nodeId: 3, agentId: 'leaf-1', role: 'probe', keyId: 9 }
const system: Actor = { kind: 'system', name: 'cli' }

test.each<[string, Actor, Permission[]]>([
  ['admin', user('admin'), ['read', 'operate', 'administer']],
  ['operator', user('operator'), ['read', 'operate']],
  ['user', user('user'), ['read', 'operate']],
  ['viewer', user('viewer'), ['read']],
  ['node', node, ['read', 'report']],
  ['system', system, ['read', 'operate', 'administer', 'report']],
])('%s may do what its role says and nothing else', (_name, actor, allowed) => {
  const all: Permission[] = ['read', 'operate', 'administer', 'report']
  expect(all.filter((permission) => can(actor, permission))).toEqual(allowed)
})

test.each([
  [user('admin'), { kind: 'all' }],
  [user('operator'), { kind: 'all' }],
  [user('viewer'), { kind: 'all' }],
  [system, { kind: 'all' }],
  [user('user'), { kind: 'owner', userId: 7 }],
  [node, { kind: 'subtree', agentId: 'leaf-1' }],
])('an actor sees only the nodes of its scope: %j', (actor, scope) => {
  expect(scopeOf(actor)).toEqual(scope)
})
