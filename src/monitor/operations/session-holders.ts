import { createHash } from 'node:crypto'
import type { Database } from '../../db/open.ts'
import type { UserActor } from '../auth/actor.ts'
import { deleteHolder, insertHolder, takeHolder } from './session-holders.store.ts'

/** Whose terminal session it is, and on which server. */
export interface Holder {
  actor: UserActor
  serverId: number
}

/**
 * Remembers in the database who made a terminal session here, so that its id alone opens its socket (spec: 终端 WebSocket; the
 * id is 256 random bits), whichever process of this monitor is asked, also after a restart. Only hashes are kept. A session that
 * nobody attached to within a minute, or whose maker's tokens were voided since, needs a token again.
 */
export function createSessionHolders({ database }: { database: Database }) {
  const hashOf = (sessionId: string) => createHash('sha256').update(sessionId).digest('hex')

  return {
    async remember(sessionId: string, { actor, serverId }: Holder): Promise<void> {
      await insertHolder(database.db, { sessionHash: hashOf(sessionId), userId: actor.userId, serverId })
    },
    /** Who made that session of that server, with the rights of now; null when its id is not enough (any more). */
    async take(sessionId: string, serverId: number): Promise<UserActor | null> {
      return await takeHolder(database.db, { sessionHash: hashOf(sessionId), serverId })
    },
    async forget(sessionId: string): Promise<void> {
      await deleteHolder(database.db, hashOf(sessionId))
    },
  }
}
export type SessionHolders = ReturnType<typeof createSessionHolders>
