import type { UserRole } from '../../contract/common.ts'
import type { Actor } from './actor.ts'

/**
 * `read` looks, `operate` acts on nodes and alerts, `administer` changes users, keys, settings and the tree,
 * `report` speaks for a node.
 */
export type Permission = 'read' | 'operate' | 'administer' | 'report'

const userPermissions: Record<UserRole, ReadonlySet<Permission>> = {
  admin: new Set(['read', 'operate', 'administer']),
  operator: new Set(['read', 'operate']),
  user: new Set(['read', 'operate']),
  viewer: new Set(['read']),
}
const nodePermissions: ReadonlySet<Permission> = new Set(['read', 'report'])

/** What the actor may do at all; on which nodes is said by `scopeOf`. */
export function can(actor: Actor, permission: Permission): boolean {
  switch (actor.kind) {
    case 'user':
      return userPermissions[actor.role].has(permission)
    case 'node':
      return nodePermissions.has(permission)
    case 'system':
      return true
  }
}

/** Whose nodes an actor sees; the others do not exist for it (404, not 403). */
export type Scope = { all: true } | { all: false; ownerId: number }

/**
 * Role `user` sees the nodes it owns, all other people everything. For a node this says nothing: how far its key
 * reaches depends on where in the tree it stands, and is checked there.
 */
export function scopeOf(actor: Actor): Scope {
  return actor.kind === 'user' && actor.role === 'user' ? { all: false, ownerId: actor.userId } : { all: true }
}
