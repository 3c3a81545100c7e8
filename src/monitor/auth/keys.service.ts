import type { Database } from '../../db/open.ts'
import { createGatherer } from '../../lib/gatherer.ts'
import type { Bus } from '../../platform/bus.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { Unit, Units } from '../changes/units.ts'
import type { Actor } from './actor.ts'
import { apiKeyHash, newApiKey } from './api-key.ts'
import { expiryInThePast, keyNotFound, nodeOfKeyNotFound, tooManyLookups } from './auth.errors.ts'
import { createKeyCheck } from './key-check.ts'
import {
  type KeyRow,
  type LiveKey,
  endOtherKeys,
  findKey,
  findLiveKeys,
  findLiveNode,
  insertKey,
  listKeys,
  liveKeyIds,
  revokeKey,
  revokeKeysOf,
} from './keys.store.ts'

/** A key at the only moment it can be seen. */
export type IssuedKey = Omit<KeyRow, 'keyHash'> & { key: string; agentId: string }
/** `graceMsForOld`: the node's other keys stay good for so long; without it they stay as they are. */
export interface KeyWish {
  name: string
  expiresAt: Date | null
  graceMsForOld?: number
}
/** Keys that are looked up by one statement, and how many may wait for theirs. */
const maxLookup = 256
const maxLookupsWaiting = 20_000

interface NodeOfKey {
  id: number
  agentId: string
}

/** Keys of nodes: shown once, stored hashed, checked in memory. */
export function createKeys(parts: {
  database: Database
  units: Units
  bus: Bus<MonitorEvents>
  clock: () => number
  randomBytes: (size: number) => Buffer
}) {
  const { database, units, bus, clock, randomBytes } = parts
  const lookups = createGatherer<string, LiveKey | null>({
    run: (hashes) => findLiveKeys(database.db, hashes),
    maxItems: maxLookup,
    maxWaiting: maxLookupsWaiting,
    overloaded: tooManyLookups,
    oneFate: true,
  })
  const check = createKeyCheck({ load: lookups.add, clock })
  bus.on('keys_revoked', ({ agent_id, key_ids }) => check.forget({ agentId: agent_id, keyIds: key_ids }))
  bus.on('events_missed', () => check.forgetAll())

  /** Makes a key within a unit of work, which also writes the audit entry that names the reason. */
  async function issue(unit: Unit, node: NodeOfKey, wish: KeyWish): Promise<IssuedKey> {
    const key = newApiKey(randomBytes)
    const createdAt = new Date(clock())
    const keyHash = apiKeyHash(key)
    if (keyHash === null) throw new Error('a new key has not the shape of a key')
    const { keyHash: _stored, ...row } = await insertKey(unit.tx, {
      nodeId: node.id,
      name: wish.name,
      keyHash,
      createdAt,
      expiresAt: wish.expiresAt,
    })
    if (wish.graceMsForOld !== undefined) {
      const ended = await endOtherKeys(unit.tx, node.id, row.id, new Date(clock() + wish.graceMsForOld))
      // Without grace they are void now, also where they were seen a moment ago.
      if (wish.graceMsForOld === 0) unit.emit('keys_revoked', { agent_id: node.agentId, key_ids: ended })
    }
    return { ...row, key, agentId: node.agentId }
  }

  return {
    cached: check.cached,
    authenticate: check.authenticate,
    issue,

    /** Which of these keys are good now: neither revoked, nor ended, nor of a node that is gone. */
    liveIds: (ids: readonly number[]) => liveKeyIds(database.db, ids, new Date(clock())),

    list: (filter: { agentId?: string | undefined; limit: number; offset: number }) => listKeys(database.db, filter),

    /** A new key for a node of the tree (spec: 18). Throws NOT_FOUND, or INVALID_REQUEST for an end that has passed. */
    async create(actor: Actor, agentId: string, wish: KeyWish): Promise<IssuedKey> {
      if (wish.expiresAt && wish.expiresAt.getTime() <= clock()) throw expiryInThePast()
      return await units.run(async (unit) => {
        const node = await findLiveNode(unit.tx, agentId)
        if (!node) throw nodeOfKeyNotFound(agentId)
        const issued = await issue(unit, node, wish)
        const details = { key_id: issued.id, name: wish.name, expires_at: wish.expiresAt, grace_ms: wish.graceMsForOld }
        await appendAudit(unit.tx, { actor, action: 'key.create', target: agentId, details })
        return issued
      })
    },

    /** A new key in place of this one, which with the node's other keys stays good for `graceMs`. Throws NOT_FOUND. */
    async rotate(actor: Actor, keyId: number, { graceMs }: { graceMs: number }): Promise<IssuedKey> {
      return await units.run(async (unit) => {
        const old = await findKey(unit.tx, keyId)
        const node = old && !old.revokedAt ? await findLiveNode(unit.tx, old.agentId) : null
        if (!old || !node) throw keyNotFound()
        const issued = await issue(unit, node, { name: old.name, expiresAt: null, graceMsForOld: graceMs })
        const details = { key_id: issued.id, replaces: keyId, grace_ms: graceMs }
        await appendAudit(unit.tx, { actor, action: 'key.rotate', target: old.agentId, details })
        return issued
      })
    },

    /** Voids a key at once, also on links that are open (spec: 19). Throws NOT_FOUND. */
    async revoke(actor: Actor, keyId: number): Promise<void> {
      await units.run(async (unit) => {
        const row = await revokeKey(unit.tx, keyId, new Date(clock()))
        const key = row && (await findKey(unit.tx, keyId))
        if (!key) throw keyNotFound()
        await appendAudit(unit.tx, {
          actor,
          action: 'key.revoke',
          target: key.agentId,
          details: { key_id: keyId, name: key.name },
        })
        unit.emit('keys_revoked', { agent_id: key.agentId, key_ids: [keyId] })
      })
    },

    /** Voids every key of a node at once, and says how many. Throws NOT_FOUND for a node that is not in the tree. */
    async revokeAll(actor: Actor, agentId: string): Promise<number> {
      return await units.run(async (unit) => {
        const node = await findLiveNode(unit.tx, agentId)
        if (!node) throw nodeOfKeyNotFound(agentId)
        const revoked = await revokeKeysOf(unit.tx, [node.id], new Date(clock()))
        const keyIds = revoked.map((row) => row.id)
        await appendAudit(unit.tx, { actor, action: 'key.revoke', target: agentId, details: { key_ids: keyIds } })
        unit.emit('keys_revoked', { agent_id: agentId, key_ids: keyIds })
        return keyIds.length
      })
    },

    /** Voids every key of these nodes, as part of a unit of work that removes them. */
    async revokeOfNodes(unit: Unit, nodes: readonly NodeOfKey[]): Promise<void> {
      const revoked = await revokeKeysOf(
        unit.tx,
        nodes.map((node) => node.id),
        new Date(clock()),
      )
      for (const node of nodes) {
        const keyIds = revoked.filter((row) => row.nodeId === node.id).map((row) => row.id)
        unit.emit('keys_revoked', { agent_id: node.agentId, key_ids: keyIds })
      }
    },
  }
}
export type Keys = ReturnType<typeof createKeys>
