import { timingSafeEqual } from 'node:crypto'
import type { z } from 'zod'
import type { Registration, RegistrationReceipt } from '../../contract/cluster.ts'
import type { Database, Executor } from '../../db/open.ts'
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
import { admit, type Admission } from './admission.ts'
import { raiseDuplicate } from './duplicate.ts'
import { nodeIdTaken, ownAncestor, wasDeleted, wrongToken } from './membership.errors.ts'

/** A machine that comes back, or from elsewhere, begins a new generation, so that ancestors see it is not the claim they knew. */
function generationOf(input: Registration, existing: NodeRow | null, self: NodeRow): number {
  if (!existing || existing.nodeUid !== (input.node_uid ?? null)) return input.generation
  const attachesAnew = existing.deletedAt !== null || existing.parentId !== self.id
  return Math.max(input.generation, existing.generation + (attachesAnew ? 1 : 0))
}

/** Asks the ancestors whether a name is free for that machine; `unknown` when they cannot be asked now. */
export type NameCheck = (claim: {
  agentId: string
  nodeUid: string | null
}) => Promise<'free' | 'taken' | 'deleted' | 'unknown'>

const graceMs = 10 * 60_000

type Receipt = z.infer<typeof RegistrationReceipt>
type Refusal = Exclude<Admission, Admitted['admission']>
interface Admitted {
  admission: 'new' | 'known' | 'adopt'
  self: NodeRow
  existing: NodeRow | null
}
type Judged = Admitted | { admission: null; refusal: Refusal; existing: NodeRow | null }

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

  function isToken(given: string): boolean {
    const expected = Buffer.from(parts.registrationToken ?? '')
    const bytes = Buffer.from(given)
    return expected.length > 0 && bytes.length === expected.length && timingSafeEqual(bytes, expected)
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
      generation: generationOf(input, existing, self),
    }
    if (!existing || admission === 'new')
      return await putNode(unit.tx, self, { ...fields, createdAt: new Date(clock()) })
    if (existing.parentId !== self.id) unit.changed('node', ...(await moveNode(unit.tx, existing, self)))
    await updateNode(unit.tx, existing.id, fields)
    return { ...existing, generation: fields.generation }
  }

  async function judge(db: Executor, input: Registration, existing: NodeRow | null): Promise<Judged> {
    const self = await selfNode(db)
    const everSeen = existing !== null && (await stateOf(db, existing.id)).lastSeenAt !== null
    const admission = admit({
      agentId: input.agent_id,
      nodeUid: input.node_uid ?? null,
      self: { agentId: self.agentId, nodeUid: self.nodeUid },
      lineage: lineage(),
      existing: existing && { nodeUid: existing.nodeUid, removed: existing.removedReason, everSeen },
    })
    return admission === 'new' || admission === 'known' || admission === 'adopt'
      ? { admission, self, existing }
      : { admission: null, refusal: admission, existing }
  }

  async function join(unit: Unit, { admission, self, existing }: Admitted, input: Registration): Promise<Receipt> {
    const node = await place(unit, self, existing, admission, input)
    const { key } = await keys.issue(unit, node, { name: 'registration', expiresAt: null, graceMsForOld: graceMs })
    const at = new Date(clock())
    unit.changed('node', node.id)
    const actor: Actor = { kind: 'system', name: 'registration' }
    const details = { admission, role: input.role, name: input.name }
    await appendAudit(unit.tx, { actor, action: 'node.register', target: node.agentId, details })
    if (admission === 'new') {
      const data = `${node.agentId} joined ${self.agentId}`
      await writeIntents(unit.tx, [{ nodeId: node.id, type: 'milestone', data, at }])
    }
    return {
      agent_id: input.agent_id,
      api_key: key,
      upstream_monitor_url: publicUrl(),
      registered_at: at.toISOString(),
      parent: self.agentId,
      lineage: [self.agentId, ...lineage()],
      generation: node.generation,
    }
  }

  async function isMadeByHandBelow(node: NodeRow, child: string): Promise<boolean> {
    if (node.nodeUid !== null || node.agentId === child || !node.path.includes(child)) return false
    return (await stateOf(database.db, node.id)).lastSeenAt === null
  }

  /** Never returns; of a name that another machine has, people are told. */
  async function refuse(refusal: Refusal, existing: NodeRow | null, agentId: string): Promise<never> {
    if (refusal === 'loop') throw ownAncestor(agentId)
    if (refusal === 'deleted' || !existing) throw wasDeleted(agentId)
    const description = `Another machine tried to join as ${agentId}; it was refused`
    await units.run((unit) => raiseDuplicate(alerts, unit, existing, { description, details: {} }))
    throw nodeIdTaken(agentId)
  }

  return {
    /** Whether this is what children must show. Takes the same time for every wrong one. */
    isToken,

    /** What the next host needs to join: shown to a person, which is in the audit log. */
    async tellToken(actor: Actor): Promise<{ url: string; token: string }> {
      await units.run((unit) =>
        appendAudit(unit.tx, { actor, action: 'registration_token.show', target: null, details: {} }),
      )
      return { url: publicUrl(), token: parts.registrationToken ?? '' }
    },

    /**
     * Lets a node in: a new one, or the same machine again, which gets a new key while its old one stays valid for a
     * grace period. Throws UNAUTHORIZED (token), CONFLICT (name taken, loop) or FORBIDDEN (deleted).
     */
    async register(input: Registration): Promise<Receipt> {
      if (!isToken(input.registration_token)) throw wrongToken()
      const here = await judge(database.db, input, await findNode(database.db, input.agent_id))
      if (!here.admission) return await refuse(here.refusal, here.existing, input.agent_id)
      const above = await checkName({ agentId: input.agent_id, nodeUid: input.node_uid ?? null })
      if (above === 'taken') throw nodeIdTaken(input.agent_id)
      if (above === 'deleted') throw wasDeleted(input.agent_id)

      // Meanwhile another machine may have joined under that name: judged once more, with its row locked.
      const outcome = await units.run(async (unit) => {
        const judged = await judge(unit.tx, input, await lockNode(unit.tx, input.agent_id))
        return judged.admission ? { joined: await join(unit, judged, input) } : { joined: null, ...judged }
      })
      if (!outcome.joined) return await refuse(outcome.refusal, outcome.existing, input.agent_id)
      return outcome.joined
    },

    /**
     * Answers the child `askedBy` whether a name is free for that machine here (see `NameCheck`); a taken one is told to
     * people. What was made by hand below that child, and was never heard of, is for the child to give away.
     */
    async checkName(agentId: string, nodeUid: string | null, askedBy: string): Promise<'free' | 'taken' | 'deleted'> {
      const self = await selfNode(database.db)
      const node = await findNode(database.db, agentId)
      if (!node || node.removedReason === 'moved') return 'free'
      const isSame = node.nodeUid === nodeUid
      if (node.removedReason === 'deleted') return isSame && nodeUid !== null ? 'deleted' : 'free'
      if (node.id !== self.id && isSame) return 'free'
      if (await isMadeByHandBelow(node, askedBy)) return 'free'
      const description = `Another machine tried to join as ${agentId} further down; it was refused`
      await units.run((unit) => raiseDuplicate(alerts, unit, node, { description, details: {} }))
      return 'taken'
    },
  }
}
export type RegistrationService = ReturnType<typeof createRegistration>
