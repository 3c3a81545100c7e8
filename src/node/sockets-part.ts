import type { Database } from '../db/open.ts'
import type { MonitorEvents } from '../monitor/changes/events.ts'
import type { NodeViews } from '../monitor/history/node-detail.service.ts'
import { ownerOf } from '../monitor/nodes/nodes.store.ts'
import type { Operations } from '../monitor/operations/operations.service.ts'
import { createSessionHolders } from '../monitor/operations/session-holders.ts'
import { createHub } from '../monitor/realtime/hub.ts'
import { createJobFeeds } from '../monitor/realtime/job-feeds.ts'
import type { LiveExchange } from '../monitor/realtime/live-exchange.ts'
import { createLiveFeeds, type ReadLive } from '../monitor/realtime/live-feeds.ts'
import { createLobby } from '../monitor/realtime/lobby.ts'
import { createOwners } from '../monitor/realtime/owners.ts'
import { createSeats } from '../monitor/realtime/seats.ts'
import { publicSocketLimits, serverSocketLimits, terminalSeats } from '../monitor/realtime/socket-limits.ts'
import type { Bus } from '../platform/bus.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'

/** What the sockets of a monitor stand on: places for them, and what is told on them. */
export function buildSockets(parts: {
  bus: Bus<MonitorEvents>
  database: Database
  views: NodeViews
  operations: Operations
  readLive: ReadLive
  /** With the other processes of this monitor; null when there are none. */
  exchange: LiveExchange | null
  clock: () => number
  newId: () => string
  lifecycle: Lifecycle
  logger: Logger
}) {
  const { bus, database, views, operations, readLive, exchange, clock, newId, lifecycle, logger } = parts
  const pathTo = (agentId: string) => views.pathTo(agentId)
  const live = createLiveFeeds({ bus, pathTo, readLive, onOpen: exchange?.askFor, logger })
  if (exchange) lifecycle.onStop('measurements from other processes', exchange.join(live))
  lifecycle.onStop('live measurements', () => live.close())
  const jobFeeds = createJobFeeds({ operations, newId, logger })
  lifecycle.onStop('progress of jobs', () => jobFeeds.close())
  const hub = createHub({ bus, ownerOf: (agentId) => ownerOf(database.db, agentId), clock, logger })
  const owners = createOwners({
    ownerOf: (agentId) => ownerOf(database.db, agentId),
    clock,
    onFailure: (err) => logger.warn({ err }, 'the owner of a server cannot be read'),
  })
  const serverLobby = createLobby<number>({ limits: serverSocketLimits, clock, logger })
  bus.on('user_changed', ({ user_id }) => serverLobby.voidOf(user_id))
  bus.on('owner_changed', ({ agent_id }) => owners.forget(agent_id))
  const terminals = createSeats<number>(terminalSeats)
  bus.on('user_changed', ({ user_id }) => terminals.voidOf(user_id))
  const publicLobby = createLobby<string>({ limits: publicSocketLimits, clock, logger })
  bus.on('events_missed', () => {
    serverLobby.sendAnew()
    publicLobby.sendAnew()
  })
  const holders = createSessionHolders({ database })
  /** Closes them all with 1001 and takes no more; returns when they are gone. */
  const closeSockets = () => Promise.all([hub, serverLobby, terminals, publicLobby].map((each) => each.close()))
  return { hub, live, owners, jobFeeds, holders, serverLobby, publicLobby, terminals, closeSockets }
}
