import { forbidden } from '../../contract/errors.ts'
import type { Executor } from '../../db/open.ts'
import type { NodeActor } from '../auth/actor.ts'
import { findNode } from './nodes.store.ts'

const notYours = (agentId: string) =>
  forbidden(`此 API Key 不能代表节点 ${agentId}`, `this API key does not speak for node ${agentId}`, {
    details: { field: 'agent_id' },
  })

/**
 * The node in whose name a key holder speaks: itself, or, for a monitor, one below it. Throws FORBIDDEN for any other,
 * whether it exists or not (rulings: Keys). Costs no query when a node speaks for itself.
 */
export async function speaksFor(
  db: Executor,
  actor: NodeActor,
  agentId: string,
): Promise<{ id: number; agentId: string }> {
  if (agentId === actor.agentId) return { id: actor.nodeId, agentId }
  const node = actor.role === 'monitor' ? await findNode(db, agentId) : null
  if (!node || node.deletedAt || !node.path.includes(actor.agentId)) throw notYours(agentId)
  return { id: node.id, agentId }
}
