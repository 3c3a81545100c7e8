import type { HealthStatus, JsonObject, NodeStatus } from '../../contract/common.ts'
import type { Executor } from '../../db/open.ts'
import { nodeWithState } from '../nodes/node-list.store.ts'

/** How a server stands at this moment, as far as this monitor knows. */
export interface ServerNow {
  id: number
  agentId: string
  name: string
  status: NodeStatus
  health: HealthStatus
  reason: string
  since: string
  /** The newest figures; null when there were none yet. */
  measured: { at: string; metrics: JsonObject } | null
}

/** Null when the server is not in the tree (any more). */
export async function readServerNow(db: Executor, agentId: string): Promise<ServerNow | null> {
  const found = await nodeWithState(db, agentId)
  if (!found) return null
  const { node, state, lastAlive } = found
  const at = state.reportedAt?.toISOString() ?? lastAlive
  return {
    id: node.id,
    agentId,
    name: node.name,
    status: state.status,
    health: state.healthStatus,
    reason: state.statusReason,
    since: state.statusSince.toISOString(),
    measured: state.metrics && at !== null ? { at: new Date(at).toISOString(), metrics: state.metrics } : null,
  }
}
