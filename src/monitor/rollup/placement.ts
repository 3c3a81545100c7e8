import type { RolledNode } from '../../contract/rollup.ts'

/** What this monitor knows of the name that a child speaks of. */
export interface Known {
  isSelf: boolean
  /** agent_ids from this monitor down to the node. */
  path: readonly string[]
  nodeUid: string | null
  /** Of a node that moved away: the one from which a claim on it counts again. */
  generation: number
  removed: 'deleted' | 'moved' | null
}

export type Placement =
  /** New here, or back after it was removed. */
  | 'insert'
  /** Known below this child. */
  | 'update'
  /** Known elsewhere in the tree, and has moved below this child since. */
  | 'move'
  /** The child speaks of a node that has moved away from it, or was deleted here: it must be told. */
  | 'stale'
  /** Another machine under the same name. */
  | 'duplicate'
  /** This monitor itself or one of its ancestors: a loop. */
  | 'loop'

/**
 * What to do with a node that `child` reports. Of two claims on the same machine the higher generation is right. A deleted
 * machine stays out; another one may have its name.
 */
export function placementOf(
  rolled: Pick<RolledNode, 'agent_id' | 'node_uid' | 'generation'>,
  child: string,
  lineage: readonly string[],
  known: Known | null,
): Placement {
  if (known?.isSelf || lineage.includes(rolled.agent_id) || rolled.agent_id === child) return 'loop'
  if (!known) return 'insert'
  const sameMachine = known.nodeUid === rolled.node_uid
  if (known.removed !== null) {
    if (!sameMachine) return 'insert'
    return known.removed === 'moved' && rolled.generation >= known.generation ? 'insert' : 'stale'
  }
  if (known.path.includes(child)) return 'update'
  if (!sameMachine) return 'duplicate'
  return rolled.generation > known.generation ? 'move' : 'stale'
}
