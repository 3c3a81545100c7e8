import { forbidden } from '../../contract/errors.ts'
import type { Executor } from '../../db/open.ts'
import type { NodeActor } from '../auth/actor.ts'
import { findNode, nodeById, type NodeRow } from './nodes.store.ts'

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
  return await nodeBelow(db, actor, agentId)
}

/** The same with its row, for one query in any case; null when the key holder's own is gone. */
export async function rowOfSpeaker(db: Executor, actor: NodeActor, agentId: string): Promise<NodeRow | null> {
  return agentId === actor.agentId ? await nodeById(db, actor.nodeId) : await nodeBelow(db, actor, agentId)
}

async function nodeBelow(db: Executor, actor: NodeActor, agentId: string): Promise<NodeRow> {
  const node = actor.role === 'monitor' ? await findNode(db, agentId) : null
  if (!node || node.deletedAt || !node.path.includes(actor.agentId)) throw notYours(agentId)
  return node
}
