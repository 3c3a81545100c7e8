import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { eq } from 'drizzle-orm'
import { WebSocketServer } from 'ws'
import { createApiApp } from '../../src/api/http/app.ts'
import { createGate } from '../../src/api/http/gate.ts'
import { createRateLimits } from '../../src/api/http/rate-limit.ts'
import { eventSocket } from '../../src/api/sockets/events.ts'
import { answerRefusedUpgrades } from '../../src/api/sockets/refused-upgrades.ts'
import { agreedProtocol } from '../../src/api/sockets/socket-credential.ts'
import type { UserRole } from '../../src/contract/common.ts'
import type { EventType } from '../../src/contract/events.ts'
import { nodes } from '../../src/db/schema/nodes.ts'
import type { MonitorEvents } from '../../src/monitor/changes/events.ts'
import { findNode } from '../../src/monitor/nodes/nodes.store.ts'
import { createHub } from '../../src/monitor/realtime/hub.ts'
import type { SocketLimits } from '../../src/monitor/realtime/socket-limits.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { startAuthNode } from '../auth/auth-node.ts'
import { openSocket, type SocketOptions } from './event-client.ts'
import { createGuests } from '../../src/api/sockets/guests.ts'
import { generousLimits } from '../support/generous-limits.ts'

const password = 'good-password'

/** A monitor's event socket on a real server, over a real database, with a clock that tests can turn. */
export async function startEventsNode(options: { limits?: Partial<SocketLimits>; allowedOrigins?: string[] } = {}) {
  const node = await startAuthNode()
  const { bus, sessions, tickets, users, database, time } = node
  const clock = () => Date.now() + time.offsetMs
  const lines = node.lines
  const logger = createLogger({ level: 'trace', write: (line) => lines.push(line) })
  const lookups = { failing: false }
  const hub = createHub({
    bus,
    clock,
    logger,
    ownerOf: async (agentId) => {
      if (lookups.failing) throw new Error('the database is away')
      return (await findNode(database.db, agentId))?.ownerId ?? null
    },
    limits: { expiryCheckMs: 20, ...options.limits },
  })
  const { allowedOrigins } = options
  const limits = createRateLimits(generousLimits)
  const gate = createGate({ keys: node.keys, tokens: sessions, limits })
  const app = createApiApp({ gate, logger, newRequestId: randomUUID })
  app.route('/', eventSocket({ hub, guests: createGuests({ sessions, tickets, clock }), allowedOrigins, logger }))
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, handleProtocols: agreedProtocol })
  const server = await new Promise<ServerType>((resolve) => {
    const options = {
      fetch: answerRefusedUpgrades(app.fetch),
      port: 0,
      hostname: '127.0.0.1',
      websocket: { server: wss },
    }
    const started = serve(options, () => resolve(started))
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`

  async function addUser(role: UserRole): Promise<{ id: number; token: string }> {
    const username = `${role}-${randomUUID().slice(0, 8)}`
    const { id } = await users.create({ kind: 'system', name: 'test' }, { username, password, role })
    return { id, token: (await sessions.login({ username, password, ip: '127.0.0.1' })).token }
  }

  return {
    ...node,
    hub,
    wss,
    clock,
    host,
    lookups,
    addUser,
    open: (path: string, socketOptions?: SocketOptions) => openSocket(`ws://${host}${path}`, socketOptions),
    /** A socket of a new user of that role. */
    async connect(role: UserRole = 'viewer', socketOptions?: SocketOptions) {
      const user = await addUser(role)
      return { user, socket: await openSocket(`ws://${host}/ws?token=${user.token}`, socketOptions) }
    },
    emit: <T extends EventType>(type: T, data: MonitorEvents[T]) => bus.emit(type, data),
    report: (agentId: string, timestamp = new Date().toISOString()) =>
      bus.emit('report_received', { agent_id: agentId, status: 'healthy', timestamp }),
    async setOwner(agentId: string, ownerId: number | null): Promise<void> {
      await database.db.update(nodes).set({ ownerId }).where(eq(nodes.agentId, agentId))
    },
    async close(): Promise<void> {
      await hub.close()
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of wss.clients) socket.terminate()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
      await node.close()
    },
  }
}
export type EventsNode = Awaited<ReturnType<typeof startEventsNode>>
