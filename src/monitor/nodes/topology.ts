import type { SubtreeCounts, TopologyNode } from '../../contract/cluster.ts'
import type { HealthStatus, NodeRole, NodeStatus } from '../../contract/common.ts'

/** One node as the tree is built from. */
export interface FlatNode {
  id: number
  parentId: number | null
  agentId: string
  name: string
  role: NodeRole
  status: NodeStatus
  health: HealthStatus
}

const noCounts = (): SubtreeCounts => ({
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
 * The tree below `rootId` (level 0), children by name, monitors with counts of everything below them. `depth` cuts what
 * is shown, never what is counted. `levels` is how many levels the whole subtree has.
 */
export function buildTopology(
  flat: readonly FlatNode[],
  rootId: number,
  depth = Infinity,
): { root: TopologyNode; total: number; levels: number } | null {
  const childrenOf = new Map<number, FlatNode[]>()
  let top: FlatNode | null = null
  for (const node of flat) {
    if (node.id === rootId) top = node
    else if (node.parentId !== null) {
      const siblings = childrenOf.get(node.parentId)
      if (siblings) siblings.push(node)
      else childrenOf.set(node.parentId, [node])
    }
  }
  if (!top) return null
  let levels = 0

  function build(node: FlatNode, level: number): { shown: TopologyNode; counts: SubtreeCounts } {
    levels = Math.max(levels, level + 1)
    const counts = noCounts()
    const below = (childrenOf.get(node.id) ?? []).sort((a, b) => compare(a.agentId, b.agentId))
    const children: TopologyNode[] = []
    for (const child of below) {
      const built = build(child, level + 1)
      count(counts, child, built.counts)
      if (level < depth) children.push(built.shown)
    }
    const shown: TopologyNode = {
      agent_id: node.agentId,
      name: node.name,
      level,
      role: node.role,
      status: node.status,
      health_status: node.health,
      ...(node.role === 'monitor' ? { counts } : {}),
      children,
    }
    return { shown, counts }
  }

  const { shown, counts } = build(top, 0)
  return { root: shown, total: counts.total + 1, levels }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function count(into: SubtreeCounts, node: FlatNode, below: SubtreeCounts): void {
  for (const key of Object.keys(into) as Array<keyof SubtreeCounts>) into[key] += below[key]
  into.total++
  into[node.status]++
  if (node.health !== 'unknown') into[node.health]++
}
