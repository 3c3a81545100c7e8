import { unauthorized } from '../../contract/errors.ts'
import type { Sessions } from '../../monitor/auth/sessions.service.ts'
import type { Tickets } from '../../monitor/auth/tickets.ts'
import type { Guest } from '../../monitor/realtime/client.ts'
import { type ApiContext, languageOf } from '../http/api-env.ts'
import { gateOf } from '../http/authenticate.ts'
import { bearerToken, expiredToken, invalidTicket, invalidToken } from '../http/gate.ts'
import { type SocketCredential, socketCredential } from './socket-credential.ts'

/** A ticket says nothing of the token it was bought with, so its socket lives as long as a token may at most. */
const ticketSocketLifeMs = 30 * 60_000

/** Finds out who opens a socket, before it opens. Throws UNAUTHORIZED. */
export function createGuests(parts: {
  sessions: Pick<Sessions, 'authenticate' | 'actorOfClaims' | 'versionOf'>
  tickets: Pick<Tickets, 'redeem'>
  clock: () => number
}): (c: ApiContext) => Promise<Guest> {
  const { sessions, tickets, clock } = parts

  async function guestOf(c: ApiContext, credential: SocketCredential): Promise<Guest> {
    const language = languageOf(c)
    if (credential.kind === 'token') {
      const session = await sessions.authenticate(credential.token)
      if (!session.ok) throw session.reason === 'expired' ? expiredToken() : invalidToken()
      const { actor, claims } = session
      const stillValid = async () => (await sessions.actorOfClaims(claims)) !== null
      return { actor, endsAtMs: claims.exp * 1000, stillValid, language }
    }
    const actor = await tickets.redeem(credential.ticket)
    if (!actor) throw invalidTicket()
    const claims = { sub: actor.userId, ver: await sessions.versionOf(actor) }
    const stillValid = async () => (await sessions.actorOfClaims(claims))?.role === actor.role
    return { actor, endsAtMs: clock() + ticketSocketLifeMs, stillValid, language }
  }

  return async function identify(c) {
    const credential = socketCredential({
      bearer: bearerToken(c),
      protocols: c.req.header('sec-websocket-protocol'),
      token: c.req.query('token'),
      ticket: c.req.query('ticket'),
    })
    try {
      if (!credential) throw missingToken()
      const guest = await guestOf(c, credential)
      c.set('actor', guest.actor)
      return guest
    } finally {
      // Counted for the user, or for the address of who failed to be one.
      await gateOf(c).limit(c, 'queries')
    }
  }
}

function missingToken() {
  return unauthorized('未登录：缺少 Token', 'Not logged in: a token is missing', { details: { reason: 'missing' } })
}
