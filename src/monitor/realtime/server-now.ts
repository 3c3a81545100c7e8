import type { HealthStatus, JsonObject, NodeStatus } from '../../contract/common.ts'
import type { Executor } from '../../db/open.ts'
import { listNodes, nodeWithState } from '../nodes/node-list.store.ts'

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

type Found = NonNullable<Awaited<ReturnType<typeof nodeWithState>>>

/** Null when the server is not in the tree (any more). */
export async function readServerNow(db: Executor, agentId: string): Promise<ServerNow | null> {
  const found = await nodeWithState(db, agentId)
  return found && serverNow(found)
}

/** Every server of the tree, by name. */
export async function readServersNow(
  db: Executor,
  page: { limit: number; offset: number },
): Promise<{ servers: ServerNow[]; total: number }> {
  const { rows, counts } = await listNodes(db, { ...page, sort: 'name' }, { kind: 'all' })
  return { servers: rows.map(serverNow), total: counts.total }
}

function serverNow({ node, state, lastAlive }: Found): ServerNow {
  const at = state.reportedAt?.toISOString() ?? lastAlive
  return {
    id: node.id,
    agentId: node.agentId,
    name: node.name,
    status: state.status,
    health: state.healthStatus,
    reason: state.statusReason,
    since: state.statusSince.toISOString(),
    measured: state.metrics && at !== null ? { at: new Date(at).toISOString(), metrics: state.metrics } : null,
  }
}
