import type { Incoming } from './incoming.ts'

/**
 * Which items may be taken by the short way: live reports that say nothing but figures, the only ones of their nodes in this
 * batch.
 */
export function calmItems(items: readonly Incoming[]): Incoming[] {
  const perNode = new Map<number, number>()
  for (const { nodeId } of items) perNode.set(nodeId, (perNode.get(nodeId) ?? 0) + 1)
  return items.filter(({ backlog, nodeId, report: { issues, actions_taken, metadata } }) => {
    const saysMore = issues.length > 0 || actions_taken.length > 0 || metadata.rollup !== undefined
    return !backlog && !saysMore && perNode.get(nodeId) === 1
  })
}
