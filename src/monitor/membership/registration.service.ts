import { timingSafeEqual } from 'node:crypto'
import type { z } from 'zod'
import type { Registration, RegistrationReceipt } from '../../contract/cluster.ts'
import type { Database } from '../../db/open.ts'
import type { Alerts } from '../alerts/alerts.service.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Actor } from '../auth/actor.ts'
import type { Keys } from '../auth/keys.service.ts'
import type { Unit, Units } from '../changes/units.ts'
import { writeIntents } from '../intents/intents.store.ts'
import {
  findNode,
  lockNode,
  moveNode,
  type NodeRow,
  putNode,
  selfNode,
  stateOf,
  updateNode,
} from '../nodes/nodes.store.ts'
import { admit } from './admission.ts'
import { raiseDuplicate } from './duplicate.ts'
import { nodeIdTaken, ownAncestor, wasDeleted, wrongToken } from './membership.errors.ts'

/** Asks the ancestors whether a name is free for that machine; `unknown` when they cannot be asked now. */
export type NameCheck = (claim: {
  agentId: string
  nodeUid: string | null
}) => Promise<'free' | 'taken' | 'deleted' | 'unknown'>

const graceMs = 10 * 60_000

/** How nodes join this monitor (spec: 集群管理接口 6). */
export function createRegistration(parts: {
  database: Database
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
  const { database, units, keys, alerts, lineage, checkName, publicUrl, clock } = parts

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

  /** The name belongs to another machine: refused, and people are told. */
  async function refuseTaken(existing: NodeRow): Promise<never> {
    const description = `Another machine tried to join as ${existing.agentId}; it was refused`
    await units.run((unit) => raiseDuplicate(alerts, unit, existing, { description, details: {} }))
    throw nodeIdTaken(existing.agentId)
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
      const { admission, existing, joined } = outcome
      if (!joined) {
        if (admission === 'loop') throw ownAncestor(input.agent_id)
        if (admission === 'deleted' || !existing) throw wasDeleted(input.agent_id)
        return await refuseTaken(existing)
      }
      const { key, at, self } = joined
      return {
        agent_id: input.agent_id,
        api_key: key,
        upstream_monitor_url: publicUrl(),
        registered_at: at.toISOString(),
        parent: self.agentId,
        lineage: [self.agentId, ...lineage()],
      }
    },

    /** Answers a monitor below whether a name is free for that machine here (see `NameCheck`); a taken one is told to people. */
    async checkName(agentId: string, nodeUid: string | null): Promise<'free' | 'taken' | 'deleted'> {
      const self = await selfNode(database.db)
      const node = await findNode(database.db, agentId)
      if (!node || node.removedReason === 'moved') return 'free'
      const isSame = node.nodeUid === nodeUid
      if (node.removedReason === 'deleted') return isSame && nodeUid !== null ? 'deleted' : 'free'
      if (node.id !== self.id && isSame) return 'free'
      const description = `Another machine tried to join as ${agentId} further down; it was refused`
      await units.run((unit) => raiseDuplicate(alerts, unit, node, { description, details: {} }))
      return 'taken'
    },
  }
}
export type RegistrationService = ReturnType<typeof createRegistration>
