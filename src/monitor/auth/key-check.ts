import type { NodeActor } from './actor.ts'
import { apiKeyHash } from './api-key.ts'
import type { LiveKey } from './keys.store.ts'
import { createRecentReads } from './recent-reads.ts'

/** Knows nodes by their keys. */
export interface KeyCheck {
  /** The node, when its key was read a moment ago and has not ended; `null` when that must be looked up. No waiting. */
  cached(key: string): NodeActor | null
  /** The node whose key this is; `null` when it is none, revoked, ended, or its node is deleted. */
  authenticate(key: string): Promise<NodeActor | null>
  /** Every key must be looked up before it is good again. */
  forgetAll(): void
  /** These keys must be looked up before they are good again. */
  forget(which: { agentId: string; keyIds: readonly number[] }): void
}

/** A key is read again from the database after this time, however busy it is. */
const maxAgeMs = 5_000
const maxKeys = 20_000
const maxRefused = 2_000

/** Checks keys in memory. What is wrong is remembered too, for a shorter list, so that a lost leaf costs no queries. */
export function createKeyCheck(parts: {
  load: (keyHash: string) => Promise<LiveKey | null>
  clock: () => number
}): KeyCheck {
  const { load, clock } = parts
  const known = createRecentReads<string, { actor: NodeActor; endsAt: number }>({
    async load(keyHash) {
      const key = await load(keyHash)
      return key && { actor: actorOf(key), endsAt: key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY }
    },
    maxAgeMs,
    maxEntries: maxKeys,
    clock,
  })
  /** Hashes of wrong keys, oldest first, with the time they were looked up. */
  const refused = new Map<string, number>()

  function refuse(keyHash: string): void {
    refused.delete(keyHash)
    for (const oldest of refused.keys()) {
      if (refused.size < maxRefused) break
      refused.delete(oldest)
    }
    refused.set(keyHash, clock())
  }

  const ifNotEnded = (key: { actor: NodeActor; endsAt: number } | null) =>
    key && key.endsAt > clock() ? key.actor : null

  return {
    cached(key) {
      const keyHash = apiKeyHash(key)
      return keyHash === null ? null : ifNotEnded(known.fresh(keyHash))
    },
    async authenticate(key) {
      const keyHash = apiKeyHash(key)
      if (keyHash === null) return null
      const refusedAt = refused.get(keyHash)
      if (refusedAt !== undefined && clock() - refusedAt < maxAgeMs) return null
      const actor = ifNotEnded(known.fresh(keyHash) ?? (await known.read(keyHash)))
      if (actor === null) refuse(keyHash)
      return actor
    },
    forgetAll: () => known.forget(() => true),
    forget({ agentId, keyIds }) {
      // What is being read at this moment has no value yet: it might be one of these, so it is not kept.
      known.forget((_hash, key) => key === null || key.actor.agentId === agentId || keyIds.includes(key.actor.keyId))
    },
  }
}

function actorOf({ keyId, nodeId, agentId, role }: LiveKey): NodeActor {
  return { kind: 'node', keyId, nodeId, agentId, role }
}
