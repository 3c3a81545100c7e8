import type { NodeRole } from '../../contract/common.ts'

/**
 * agent_ids from this monitor down to the one that owns the alerts of a node: its parent, and of a monitor that monitor
 * itself, whose own probe reports to it.
 */
export function ownerPath(node: { role: NodeRole; path: readonly string[] }): readonly string[] {
  return node.role === 'monitor' ? node.path : node.path.slice(0, -1)
}
