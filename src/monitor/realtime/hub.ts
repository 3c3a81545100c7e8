import { EventTypes, type Events, type EventType } from '../../contract/events.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Logger } from '../../platform/logger.ts'
import { scopeOf } from '../auth/permissions.ts'
import type { MonitorEvents } from '../changes/events.ts'
import { type Client, createClient, type Guest } from './client.ts'
import { CloseCode } from './close-codes.ts'
import { wants } from './filter.ts'
import type { GuardedSocket } from './guarded-socket.ts'
import { createLobby, type Lobby } from './lobby.ts'
import { createOwners } from './owners.ts'
import { eventSocketLimits, type SocketLimits } from './socket-limits.ts'

/** The event sockets of a monitor. */
export interface Hub {
  /** Where they get their places. */
  lobby: Lobby<number>
  /** From now on this socket gets events. */
  join(socket: GuardedSocket, guest: Guest): void
  clients(): number
  /** Closes all sockets with 1001 and takes no more; returns when they are gone. */
  close(): Promise<void>
}

/**
 * Forwards what happens on the bus to the clients that may see it and want it. Each event is encoded once for all; a
 * client that is slow is dropped, and never waited for.
 */
export function createHub(parts: {
  bus: Bus<MonitorEvents>
  /** The user that owns a node, deleted ones too; null when nobody does. */
  ownerOf: (agentId: string) => Promise<number | null>
  clock: () => number
  logger: Logger
  limits?: Partial<SocketLimits>
}): Hub {
  const { bus, ownerOf, clock, logger } = parts
  const clients = new Set<Client>()
  const lobby = createLobby<number>({ limits: { ...eventSocketLimits, ...parts.limits }, clock, logger })
  const owners = createOwners({
    ownerOf,
    clock,
    onFailure: (err) => logger.warn({ err }, 'the owner of a node cannot be read'),
  })

  function forward<T extends EventType>(type: T, data: Events[T]): void {
    if (clients.size === 0) return
    const agentId = data.agent_id
    const timestamp = new Date(clock()).toISOString()
    let encoded: Buffer | undefined
    const text = () => (encoded ??= Buffer.from(JSON.stringify({ type, data, timestamp })))
    const ownersOnly: Client[] = []
    for (const client of clients) {
      if (!wants(client.filter(), type, agentId)) continue
      if (scopeOf(client.actor).all) client.socket.send(text())
      else ownersOnly.push(client)
    }
    if (ownersOnly.length === 0) return
    owners.ask(agentId, (ownership) => {
      for (const client of ownersOnly) {
        // It must not miss an event without knowing: it comes back and reads the state anew.
        if (!ownership.known) client.socket.leave(CloseCode.TRY_AGAIN, 'events may be missing: connect again')
        else if (ownership.ownerId === client.actor.userId) client.socket.send(text())
      }
    })
  }

  const endings = [
    ...EventTypes.map((type) => bus.on(type, (data) => forward(type, data))),
    bus.on('user_changed', ({ user_id }) => lobby.voidOf(user_id)),
    bus.on('owner_changed', ({ agent_id }) => owners.forget(agent_id)),
    bus.on('events_missed', () => lobby.sendAnew()),
  ]

  return {
    lobby,
    join(socket, guest) {
      const client = createClient({ socket, guest, clock })
      clients.add(client)
      socket.onLeft(() => clients.delete(client))
    },
    clients: () => clients.size,
    async close() {
      for (const end of endings) end()
      await lobby.close()
    },
  }
}
