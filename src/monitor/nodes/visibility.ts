import { eq, type SQL, sql } from 'drizzle-orm'
import { nodes } from '../../db/schema/nodes.ts'
import type { Actor } from '../auth/actor.ts'
import { scopeOf } from '../auth/permissions.ts'
import { textArray } from './nodes.store.ts'

/** Which nodes an actor sees; the others do not exist for it (404, not 403). */
export type Visibility = { kind: 'all' } | { kind: 'owned'; ownerId: number } | { kind: 'subtree'; agentId: string }

/** A node sees itself and what is below it, people as their role says. */
export function visibilityOf(actor: Actor): Visibility {
  if (actor.kind === 'node') return { kind: 'subtree', agentId: actor.agentId }
  const scope = scopeOf(actor)
  return scope.all ? { kind: 'all' } : { kind: 'owned', ownerId: scope.ownerId }
}

/** Condition over `nodes`: what is visible. Undefined when everything is. */
export function visibleIn(visibility: Visibility): SQL | undefined {
  switch (visibility.kind) {
    case 'all':
      return undefined
    case 'owned':
      return eq(nodes.ownerId, visibility.ownerId)
    case 'subtree':
      return sql`${nodes.path} @> ${textArray([visibility.agentId])}`
  }
}

/** The same of one node that was read already. */
export function isVisible(visibility: Visibility, node: { ownerId: number | null; path: readonly string[] }): boolean {
  switch (visibility.kind) {
    case 'all':
      return true
    case 'owned':
      return node.ownerId === visibility.ownerId
    case 'subtree':
      return node.path.includes(visibility.agentId)
  }
}
