import { timingSafeEqual } from 'node:crypto'
import type { z } from 'zod'
import type { Registration, RegistrationReceipt } from '../../contract/cluster.ts'
import type { Alerts } from '../alerts/alerts.service.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Actor } from '../auth/actor.ts'
import type { Keys } from '../auth/keys.service.ts'
import type { Unit, Units } from '../changes/units.ts'
import { writeIntents } from '../intents/intents.store.ts'
import { lockNode, moveNode, type NodeRow, putNode, selfNode, stateOf, updateNode } from '../nodes/nodes.store.ts'
import { admit, type Admission } from './admission.ts'
import { nodeIdTaken, ownAncestor, wasDeleted, wrongToken } from './membership.errors.ts'

/** Asks the ancestors whether a name is free for that machine; `unknown` when they cannot be asked now. */
export type NameCheck = (claim: {
  agentId: string
  nodeUid: string | null
}) => Promise<'free' | 'taken' | 'deleted' | 'unknown'>

const graceMs = 10 * 60_000

/** How nodes join this monitor (spec: 集群管理接口 6). */
export function createRegistration(parts: {
  units: Units
  keys: Keys
  alerts: Alerts
  /** What children must show; null keeps the door shut. */
  registrationToken: string | null
  lineage: () => readonly string[]
  checkName: NameCheck
  publicUrl: () => string
  clock: () => number
}) {
  const { units, keys, alerts, lineage, checkName, publicUrl, clock } = parts

  function demandToken(token: string): void {
    const expected = Buffer.from(parts.registrationToken ?? '')
    const given = Buffer.from(token)
    const same = expected.length > 0 && given.length === expected.length && timingSafeEqual(given, expected)
    if (!same) throw wrongToken()
  }

  async function place(
    unit: Unit,
    self: NodeRow,
    existing: NodeRow | null,
    admission: 'new' | 'known' | 'adopt',
    input: Registration,
  ) {
    const fields = {
      agentId: input.agent_id,
      name: input.name,
      nodeUid: input.node_uid ?? null,
      role: input.role,
      version: input.version ?? null,
      metadata: input.metadata,
      // A node that comes back begins a new generation, so that ancestors see it is not the state they removed.
      generation: Math.max(input.generation, existing ? existing.generation + (existing.deletedAt ? 1 : 0) : 0),
    }
    if (!existing || admission === 'new')
      return await putNode(unit.tx, self, { ...fields, createdAt: new Date(clock()) })
    const moves = existing.parentId !== self.id
    if (moves) unit.changed('node', ...(await moveNode(unit.tx, existing, self)))
    await updateNode(unit.tx, existing.id, { ...fields, generation: fields.generation + (moves ? 1 : 0) })
    return existing
  }

  async function refuse(admission: Admission, existing: NodeRow | null, agentId: string): Promise<void> {
    if (admission === 'loop') throw ownAncestor(agentId)
    if (admission === 'deleted') throw wasDeleted(agentId)
    if (admission !== 'taken') return
    if (existing) {
      await units.run(async (unit) => {
        const fault = {
          nodeId: existing.id,
          level: 'L3' as const,
          type: 'duplicate_agent_id',
          subject: agentId,
          description: `Another machine tried to join as ${agentId}; it was refused`,
          severity: 'high' as const,
          details: {},
          origin: 'tree',
        }
        await alerts.raise(unit, fault, existing)
      })
    }
    throw nodeIdTaken(agentId)
  }

  return {
    /**
     * Lets a node in: a new one, or the same machine again, which gets a new key while its old one stays valid for a
     * grace period. Throws UNAUTHORIZED (token), CONFLICT (name taken, loop) or FORBIDDEN (deleted).
     */
    async register(input: Registration): Promise<z.infer<typeof RegistrationReceipt>> {
      demandToken(input.registration_token)
      const nodeUid = input.node_uid ?? null
      const above = await checkName({ agentId: input.agent_id, nodeUid })
      if (above === 'taken') throw nodeIdTaken(input.agent_id)
      if (above === 'deleted') throw wasDeleted(input.agent_id)

      const outcome = await units.run(async (unit) => {
        const self = await selfNode(unit.tx)
        const existing = await lockNode(unit.tx, input.agent_id)
        const everSeen = existing !== null && (await stateOf(unit.tx, existing.id)).lastSeenAt !== null
        const admission = admit({
          agentId: input.agent_id,
          nodeUid,
          self: { agentId: self.agentId, nodeUid: self.nodeUid },
          lineage: lineage(),
          existing: existing && { nodeUid: existing.nodeUid, removed: existing.removedReason, everSeen },
        })
        if (admission !== 'new' && admission !== 'known' && admission !== 'adopt')
          return { admission, existing, joined: null }
        const node = await place(unit, self, existing, admission, input)
        const key = await keys.issue(unit, node, { name: 'registration', expiresAt: null, graceMsForOld: graceMs })
        const at = new Date(clock())
        unit.changed('node', node.id)
        const actor: Actor = { kind: 'system', name: 'registration' }
        await appendAudit(unit.tx, {
          actor,
          action: 'node.register',
          target: node.agentId,
          details: { admission, role: input.role, name: input.name },
        })
        if (admission === 'new') {
          await writeIntents(unit.tx, [
            { nodeId: node.id, type: 'milestone', data: `${node.agentId} joined ${self.agentId}`, at },
          ])
        }
        return { admission, existing, joined: { key: key.key, at, self } }
      })
      if (!outcome.joined) {
        await refuse(outcome.admission, outcome.existing, input.agent_id)
        throw new Error(`admission ${outcome.admission} neither joined nor refused`)
      }
      const { key, at, self } = outcome.joined
      return {
        agent_id: input.agent_id,
        api_key: key,
        upstream_monitor_url: publicUrl(),
        registered_at: at.toISOString(),
        parent: self.agentId,
        lineage: [self.agentId, ...lineage()],
      }
    },
  }
}
export type RegistrationService = ReturnType<typeof createRegistration>
