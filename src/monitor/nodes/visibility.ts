import { eq, type SQL, sql } from 'drizzle-orm'
import { nodes } from '../../db/schema/nodes.ts'
import type { Scope } from '../auth/permissions.ts'
import { textArray } from './nodes.store.ts'

/** Condition over `nodes`: what lies within the scope. Undefined when everything does. */
export function within(scope: Scope): SQL | undefined {
  switch (scope.kind) {
    case 'all':
      return undefined
    case 'owner':
      return eq(nodes.ownerId, scope.userId)
    case 'subtree':
      return sql`${nodes.path} @> ${textArray([scope.agentId])}`
  }
}

/** The same of one node that was read already. */
export function isWithin(scope: Scope, node: { ownerId: number | null; path: readonly string[] }): boolean {
  switch (scope.kind) {
    case 'all':
      return true
    case 'owner':
      return node.ownerId === scope.userId
    case 'subtree':
      return node.path.includes(scope.agentId)
  }
}
