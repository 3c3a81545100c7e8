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

/** Which nodes an actor sees; the others do not exist for it (404, not 403). */
export type Scope = { kind: 'all' } | { kind: 'owner'; userId: number } | { kind: 'subtree'; agentId: string }

/** Role `user` sees the nodes it owns; a node itself and those below it; everybody else all. */
export function scopeOf(actor: Actor): Scope {
  if (actor.kind === 'node') return { kind: 'subtree', agentId: actor.agentId }
  if (actor.kind === 'user' && actor.role === 'user') return { kind: 'owner', userId: actor.userId }
  return { kind: 'all' }
}
