import type { UserActor } from './actor.ts'
import type { Sessions } from './sessions.service.ts'
import type { Tokens } from './tokens.ts'

export const ticketLifeS = 30
const maxRemembered = 10_000

/** Tickets that open one socket each, so that no token has to stand in a URL. */
export interface Tickets {
  issue(actor: UserActor): Promise<{ ticket: string; expiresInS: number }>
  /** Whose ticket it is; `null` when it is not genuine, too old, used before, or its user may no longer come in. */
  redeem(ticket: string): Promise<UserActor | null>
}

/** A used ticket is remembered until it would have ended anyway; when too many are, none is taken. */
export function createTickets(parts: {
  tokens: Tokens
  sessions: Pick<Sessions, 'actorOfClaims' | 'versionOf'>
  clock: () => number
}): Tickets {
  const { tokens, sessions, clock } = parts
  /** By `jti`, oldest first, with the moment they may be forgotten. */
  const used = new Map<string, number>()

  function markUsed(jti: string, endsAtMs: number): boolean {
    for (const [old, endedAt] of used) {
      if (endedAt > clock()) break
      used.delete(old)
    }
    if (used.has(jti) || used.size >= maxRemembered) return false
    used.set(jti, endsAtMs)
    return true
  }

  return {
    async issue(actor) {
      const version = await sessions.versionOf(actor)
      const subject = { userId: actor.userId, role: actor.role, version, authTime: Math.floor(clock() / 1000) }
      return { ticket: await tokens.sign('socket', subject, ticketLifeS), expiresInS: ticketLifeS }
    },
    async redeem(ticket) {
      const verified = await tokens.verify('socket', ticket)
      if (!verified.ok || !markUsed(verified.claims.jti, verified.claims.exp * 1000)) return null
      return await sessions.actorOfClaims(verified.claims)
    },
  }
}
