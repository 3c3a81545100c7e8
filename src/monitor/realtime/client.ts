import type { PublicText } from '../../contract/errors.ts'
import type { UserActor } from '../auth/actor.ts'
import { notText, readMessage } from './client-message.ts'
import { type Filter, filterOf, filterView } from './filter.ts'
import type { GuardedSocket, Pass } from './guarded-socket.ts'

/** Who comes in, and for how long. */
export interface Guest extends Pass {
  actor: UserActor
  language: keyof PublicText
}

export interface Client {
  readonly actor: UserActor
  readonly socket: GuardedSocket
  filter(): Filter
}

/** Somebody who listens to events: answers what it says, and keeps what it wants. */
export function createClient({
  socket,
  guest,
  clock,
}: {
  socket: GuardedSocket
  guest: Guest
  clock: () => number
}): Client {
  let filter: Filter = {}
  const answer = (message: object) =>
    socket.send(Buffer.from(JSON.stringify({ ...message, timestamp: new Date(clock()).toISOString() })))
  const refuse = (text: PublicText) =>
    answer({ type: 'error', data: { code: 'INVALID_REQUEST', message: text[guest.language] } })

  socket.onText((text) => {
    if (text === null) return refuse(notText)
    const read = readMessage(text)
    if (!read.ok) return refuse(read.text)
    if (read.message.type === 'ping') return answer({ type: 'pong' })
    filter = filterOf(read.message)
    answer({ type: 'subscribed', data: filterView(filter) })
  })
  return { actor: guest.actor, socket, filter: () => filter }
}
