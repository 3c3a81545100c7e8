import type { NodeItem } from '../../live/node-store.ts'

/** Whether something that is about `subject` (null: every node) concerns a scope: what is above it, it, or what is below it. */
export function concerns(
  subject: string | null,
  scope: string | null,
  nodes: ReadonlyMap<string, Pick<NodeItem, 'path'>>,
): boolean {
  if (subject === null || scope === null || subject === scope) return true
  return (nodes.get(scope)?.path.includes(subject) ?? false) || (nodes.get(subject)?.path.includes(scope) ?? false)
}
