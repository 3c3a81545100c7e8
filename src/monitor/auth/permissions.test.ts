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
  [user('admin'), { all: true }],
  [user('operator'), { all: true }],
  [user('viewer'), { all: true }],
  [system, { all: true }],
  [user('user'), { all: false, ownerId: 7 }],
  [node, { all: true }],
])('only the role user is held to the nodes it owns: %j', (actor, scope) => {
  expect(scopeOf(actor)).toEqual(scope)
})
