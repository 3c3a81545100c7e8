import type { NodeListItem, SubtreeCounts } from '../../contract/cluster.ts'

type Counted = Pick<NodeListItem, 'agent_id' | 'path' | 'status' | 'health_status'>

const empty = (): SubtreeCounts => ({
  total: 0,
  online: 0,
  offline: 0,
  unreachable: 0,
  unknown: 0,
  healthy: 0,
  warning: 0,
  critical: 0,
})

/**
 * How many nodes of which state are below each node (itself not included), and under null of all. Health counts only for
 * nodes that are online: of others it is the last one known, and what matters is that they are silent. Counts that are
 * those of `before` are the same objects, so that what shows them need not draw.
 */
export function summarise(
  nodes: ReadonlyMap<string, Counted>,
  before: ReadonlyMap<string | null, SubtreeCounts> = new Map(),
): Map<string | null, SubtreeCounts> {
  const all = empty()
  const counts = new Map<string | null, SubtreeCounts>([[null, all]])
  for (const node of nodes.values()) {
    add(all, node)
    for (const ancestor of node.path) {
      if (ancestor === node.agent_id) continue
      let below = counts.get(ancestor)
      if (!below) counts.set(ancestor, (below = empty()))
      add(below, node)
    }
  }
  for (const [id, now] of counts) {
    const then = before.get(id)
    if (then && fields.every((field) => then[field] === now[field])) counts.set(id, then)
  }
  return counts
}

const fields = Object.keys(empty()) as Array<keyof SubtreeCounts>

function add(counts: SubtreeCounts, node: Counted): void {
  counts.total += 1
  counts[node.status] += 1
  if (node.status === 'online' && node.health_status !== 'unknown') counts[node.health_status] += 1
}
