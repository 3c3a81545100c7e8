import { z } from 'zod'
import type { Alerts } from '../alerts/alerts.service.ts'
import { appendAudit } from '../audit/audit.store.ts'
import { type Actor, actorName } from '../auth/actor.ts'
import type { Keys } from '../auth/keys.service.ts'
import type { Unit, Units } from '../changes/units.ts'
import type { Commands } from '../commands/commands.service.ts'
import { writeIntents } from '../intents/intents.store.ts'
import { findNode, markRemoved, type NodeRow, updateNode, subtreeOf } from '../nodes/nodes.store.ts'
import { nodeNotFound } from '../nodes/nodes.errors.ts'
import { selfNotDeletable } from './membership.errors.ts'

const Removal = z.object({
  agent_id: z.string(),
  by: z.string(),
  /** Of a move: where the node is now. */
  generation: z.number().int().nullable(),
  /** The machine that is meant; another one may have the name by now. */
  node_uid: z.string().nullable().default(null),
})

/** How nodes leave: deleted by a person, or moved to another parent. */
export function createRemoval(parts: {
  units: Units
  keys: Keys
  alerts: Alerts
  commands: Commands
  clock: () => number
}) {
  const { units, keys, alerts, commands, clock } = parts

  /** Takes a node and everything below it out: keys void, links cut, history kept. */
  async function takeOut(unit: Unit, node: NodeRow, reason: 'deleted' | 'moved', by: string): Promise<void> {
    const subtree = await subtreeOf(unit.tx, node)
    const ids = subtree.map((row) => row.id)
    const gone = await markRemoved(unit.tx, ids, reason)
    await keys.revokeOfNodes(unit, gone)
    await alerts.endAll(unit, gone, reason === 'deleted' ? 'the node was deleted' : 'the node moved away')
    unit.changed('node', ...gone.map((row) => row.id))
    for (const row of gone) unit.emit('node_removed', { agent_id: row.agentId, reason })
    await writeIntents(unit.tx, [
      {
        nodeId: node.id,
        type: 'milestone',
        data: `${node.agentId} ${reason === 'deleted' ? 'was deleted' : 'moved away'}`,
        actor: by,
        at: new Date(clock()),
      },
    ])
  }

  /** The node of a command that came down, if this monitor has it and it is that machine. */
  async function meant(unit: Unit, removal: z.infer<typeof Removal>): Promise<NodeRow | null> {
    const node = await findNode(unit.tx, removal.agent_id)
    if (!node || node.deletedAt || node.isSelf) return null
    return removal.node_uid === null || node.nodeUid === null || removal.node_uid === node.nodeUid ? node : null
  }

  commands.handle('node.delete', async (unit, payload) => {
    const removal = Removal.parse(payload)
    const node = await meant(unit, removal)
    if (node) await takeOut(unit, node, 'deleted', removal.by)
  })

  // Another region has the node now. Nothing to do when it has come back here since (a higher generation).
  commands.handle('node.moved', async (unit, payload) => {
    const removal = Removal.parse(payload)
    const node = await meant(unit, removal)
    const generation = removal.generation ?? 0
    if (!node || node.generation >= generation) return
    await takeOut(unit, node, 'moved', removal.by)
    await updateNode(unit.tx, node.id, { generation })
  })

  return {
    takeOut,

    /**
     * Deletes a node of any depth for good (rulings: Delete). The monitors below follow as soon as they can be reached.
     * Throws NOT_FOUND, or CONFLICT for the monitor itself.
     */
    async remove(actor: Actor, agentId: string): Promise<void> {
      await units.run(async (unit) => {
        const node = await findNode(unit.tx, agentId)
        if (!node || node.deletedAt) throw nodeNotFound(agentId)
        if (node.isSelf) throw selfNotDeletable()
        const by = actorName(actor)
        await takeOut(unit, node, 'deleted', by)
        await appendAudit(unit.tx, { actor, action: 'node.delete', target: agentId, details: {} })
        await commands.send(unit, node.path.slice(0, -1), 'node.delete', {
          agent_id: agentId,
          by,
          generation: null,
          node_uid: node.nodeUid,
        })
      })
    },
  }
}
export type RemovalService = ReturnType<typeof createRemoval>
