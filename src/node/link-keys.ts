import type { WebSocket } from 'ws'
import type { NodeActor } from '../monitor/auth/actor.ts'
import type { LinkServer } from '../tree/link/link-server.ts'
import type { Monitor } from './monitor-part.ts'

/**
 * Which key each open link was opened with: a key that is revoked or has ended takes its link along, and a node that is
 * removed loses its link whatever key it has.
 */
export function createLinkKeys(parts: { monitor: Monitor; linkServer: LinkServer }) {
  const { monitor, linkServer } = parts
  const keyOf = new Map<string, number>()

  monitor.bus.on('keys_revoked', ({ agent_id, key_ids }) => {
    const keyId = keyOf.get(agent_id)
    if (keyId !== undefined && key_ids.includes(keyId))
      linkServer.disconnect(agent_id, 'the key of this link was revoked')
  })
  monitor.bus.on('node_removed', ({ agent_id }) => {
    linkServer.disconnect(agent_id, 'this node was removed')
  })

  return {
    attach(socket: WebSocket, child: NodeActor): void {
      keyOf.set(child.agentId, child.keyId)
      linkServer.attach(socket, { agentId: child.agentId })
    },
    /** The child has no link any more. */
    forget(agentId: string): void {
      keyOf.delete(agentId)
    },
    /** Cuts links whose key has ended by time, or was revoked by another process. */
    async check(): Promise<void> {
      const live = await monitor.keys.liveIds([...keyOf.values()])
      for (const [agentId, keyId] of keyOf) {
        if (!live.has(keyId)) linkServer.disconnect(agentId, 'the key of this link has ended')
      }
    },
  }
}
export type LinkKeys = ReturnType<typeof createLinkKeys>
