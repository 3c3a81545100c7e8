import { createHash } from 'node:crypto'
import type { UserActor } from '../auth/actor.ts'

/** Whose terminal session it is, and on which server. */
export interface Holder {
  actor: UserActor
  serverId: number
}

const maxHolders = 10_000
const maxAgeMs = 24 * 3_600_000
const firstAttachMs = 60_000

/**
 * Remembers who made a terminal session here, so that its id alone opens its socket (spec: 终端 WebSocket; the id is 256
 * random bits). Only hashes are kept. A session that nobody attached to within a minute needs a token again.
 */
export function createSessionHolders({ clock }: { clock: () => number }) {
  const holders = new Map<string, Holder & { madeAt: number; attached: boolean }>()
  const keyOf = (sessionId: string) => createHash('sha256').update(sessionId).digest('hex')

  function forgetOld(): void {
    for (const [key, { madeAt, attached }] of holders) {
      const ageMs = clock() - madeAt
      if (ageMs > maxAgeMs || (!attached && ageMs > firstAttachMs)) holders.delete(key)
    }
    for (const key of holders.keys()) {
      if (holders.size <= maxHolders) break
      holders.delete(key)
    }
  }

  return {
    remember(sessionId: string, holder: Holder): void {
      holders.set(keyOf(sessionId), { ...holder, madeAt: clock(), attached: false })
      forgetOld()
    },
    /** The holder of a session of that server; null when this monitor does not know it (any more). */
    take(sessionId: string, serverId: number): Holder | null {
      forgetOld()
      const holder = holders.get(keyOf(sessionId))
      if (!holder || holder.serverId !== serverId) return null
      holder.attached = true
      return { actor: holder.actor, serverId }
    },
    forget(sessionId: string): void {
      holders.delete(keyOf(sessionId))
    },
  }
}
export type SessionHolders = ReturnType<typeof createSessionHolders>
