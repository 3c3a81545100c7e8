import type { Database } from '../../db/open.ts'
import type { UserActor } from './actor.ts'
import type { Sessions } from './sessions.service.ts'
import { markTicketUsed } from './tickets.store.ts'
import type { Tokens } from './tokens.ts'

export const ticketLifeS = 30

/** Tickets that open one socket or one download each, so that no token has to stand in a URL. */
export interface Tickets {
  issue(actor: UserActor): Promise<{ ticket: string; expiresInS: number }>
  /** Whose ticket it is; `null` when it is not genuine, too old, used before, or its user may no longer come in. */
  redeem(ticket: string): Promise<UserActor | null>
}

/** A used ticket is remembered in the database: it opens one, also where several processes answer, or one anew. */
export function createTickets(parts: {
  database: Database
  tokens: Tokens
  sessions: Pick<Sessions, 'actorOfClaims' | 'versionOf'>
  clock: () => number
}): Tickets {
  const { database, tokens, sessions, clock } = parts

  return {
    async issue(actor) {
      const version = await sessions.versionOf(actor)
      const subject = { userId: actor.userId, role: actor.role, version, authTime: Math.floor(clock() / 1000) }
      return { ticket: await tokens.sign('socket', subject, ticketLifeS), expiresInS: ticketLifeS }
    },
    async redeem(ticket) {
      const verified = await tokens.verify('socket', ticket)
      if (!verified.ok) return null
      const { jti, exp } = verified.claims
      if (!(await markTicketUsed(database.db, { jti, endsAt: new Date(exp * 1000) }))) return null
      return await sessions.actorOfClaims(verified.claims)
    },
  }
}
