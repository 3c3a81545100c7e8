import type { NodeItem } from '../../../live/node-store.ts'

/** The nodes below a node, the nearest first; not the node itself. */
export function subtreeOf(nodes: Iterable<NodeItem>, agentId: string): NodeItem[] {
  return [...nodes]
    .filter((node) => node.agent_id !== agentId && node.path.includes(agentId))
    .sort((a, b) => a.depth - b.depth || a.agent_id.localeCompare(b.agent_id))
}
