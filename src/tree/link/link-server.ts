import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Logger } from '../../platform/logger.ts'
import { CloseCode } from './close-codes.ts'
import { LinkError } from './fault.ts'
import type { LinkLimits } from './limits.ts'
import { createLink } from './link.ts'
import type { CallOptions, Link, LinkStats, OpenOptions } from './link.ts'
import type { Methods } from './methods.ts'
import type { RelayEnd } from './relay.ts'
import { connectSocket, socketTransport } from './socket-transport.ts'
import type { Stream } from './stream.ts'

export interface LinkServerOptions {
  /** agent_id of this monitor. */
  selfId: string
  /** What children may ask of this monitor. */
  methods: Methods
  logger: Logger
  clock: () => number
  /** Every new connection of a child, also one that takes the place of another. */
  onConnect?: (agentId: string) => void
  /** A child has no connection any more; not called for one that was replaced. */
  onDisconnect?: (agentId: string, reason: string) => void
  /** The link to the process of this monitor that has a child which is not connected here. */
  elsewhere?: (agentId: string) => Link | undefined
  heartbeat?: { intervalMs: number; maxMissed: number }
  limits?: Partial<LinkLimits>
}

export interface ConnectedChild extends LinkStats {
  agentId: string
  /** Time of this monitor's clock, in ms. */
  connectedSince: number
}

/** The links of the children of this monitor. */
export interface LinkServer {
  /** Takes over an authenticated socket. The newest connection of an agent_id wins; the old one is closed with 4409. */
  attach(socket: WebSocket, child: { agentId: string }): void
  /** Those that are connected to this process. */
  children(): ConnectedChild[]
  isConnected(agentId: string): boolean
  /** The link that leads to a direct child, for what the parent of this monitor sends through it. */
  next(agentId: string): RelayEnd | undefined
  /** The same, but only of a child that is connected here, for what another process of this monitor sends. */
  nextHere(agentId: string): RelayEnd | undefined
  /** `route`: agent_ids from the direct child to the target. Rejects like Link.call, with LinkError NO_ROUTE when it cannot begin. */
  call(route: readonly string[], method: string, params: unknown, options: Omit<CallOptions, 'to'>): Promise<unknown>
  open(route: readonly string[], method: string, params: unknown, options?: Omit<OpenOptions, 'to'>): Promise<Stream>
  /** Where this monitor stands: agent_ids from its parent up to the root. Told to every child, now and when it connects. */
  announceLineage(lineage: readonly string[]): void
  /** Closes the link of a child with 4403. False when it has none. */
  disconnect(agentId: string, reason: string): boolean
  /** The child has a newer connection to another process of this monitor: closes this one with 4409. */
  replaced(agentId: string): void
  /** Resolves when no call over a link waits for its answer, at the latest after a second; streams are not waited for. */
  drained(): Promise<void>
  /** Closes all links and takes no more. */
  close(): void
}

interface Connection {
  link: Link
  connectedSince: number
}

const drainMs = 1_000
const drainLookMs = 20

export const defaultHeartbeat = { intervalMs: 10_000, maxMissed: 3 }

export function createLinkServer(options: LinkServerOptions): LinkServer {
  const { selfId, methods, logger, clock, onConnect, onDisconnect, heartbeat = defaultHeartbeat, limits } = options
  const elsewhere = options.elsewhere ?? (() => undefined)
  const connections = new Map<string, Connection>()
  let lineage: readonly string[] = []
  let closed = false

  function attach(socket: WebSocket, { agentId }: { agentId: string }): void {
    if (closed) return socket.close(CloseCode.GOING_AWAY, 'this monitor stops')
    if (agentId === selfId || lineage.includes(agentId))
      return socket.close(CloseCode.REFUSED, 'loop: this node is above this monitor')
    if (socket.readyState !== WebSocket.OPEN) return socket.terminate()
    const link = createLink({
      role: 'parent',
      selfId,
      peerId: agentId,
      transport: socketTransport(socket),
      methods,
      logger: logger.child({ link: agentId }),
      heartbeat,
      limits,
      onClosed: (reason) => onClosed(agentId, link, reason),
    })
    const replaced = connections.get(agentId)
    connections.set(agentId, { link, connectedSince: clock() })
    replaced?.link.close(CloseCode.REPLACED, 'a newer connection of this node took its place')
    connectSocket(socket, link)
    link.hello(lineage)
    onConnect?.(agentId)
  }

  function onClosed(agentId: string, link: Link, reason: string): void {
    // The late end of a connection that was replaced says nothing about the one that replaced it.
    if (connections.get(agentId)?.link !== link) return
    connections.delete(agentId)
    onDisconnect?.(agentId, reason)
  }

  /** The link for the first step of a route, and what of the route is left behind it. */
  function firstStep(route: readonly string[]): { link: Link; to: readonly string[] } {
    const [child = selfId] = route
    const here = connections.get(child)
    if (here) return { link: here.link, to: route.slice(1) }
    const replica = elsewhere(child)
    if (!replica) throw new LinkError('NO_ROUTE', child)
    return { link: replica, to: route }
  }

  return {
    attach,
    children: () =>
      [...connections].map(([agentId, { link, connectedSince }]) => ({ agentId, connectedSince, ...link.stats() })),
    isConnected: (agentId) => connections.has(agentId),
    next: (agentId) => (connections.get(agentId)?.link ?? elsewhere(agentId))?.relayEnd,
    nextHere: (agentId) => connections.get(agentId)?.link.relayEnd,
    async call(route, method, params, callOptions) {
      const { link, to } = firstStep(route)
      return link.call(method, params, { ...callOptions, to })
    },
    async open(route, method, params, openOptions) {
      const { link, to } = firstStep(route)
      return link.open(method, params, { ...openOptions, to })
    },
    announceLineage(newLineage) {
      lineage = [...newLineage]
      for (const { link } of connections.values()) link.hello(lineage)
    },
    disconnect(agentId, reason) {
      const connection = connections.get(agentId)
      connection?.link.close(CloseCode.REFUSED, reason)
      return connection !== undefined
    },
    replaced(agentId) {
      connections.get(agentId)?.link.close(CloseCode.REPLACED, 'a newer connection of this node took its place')
    },
    async drained() {
      const untilMs = performance.now() + drainMs
      const isAsked = (): boolean =>
        [...connections.values()].some(({ link }) => {
          const { pendingCalls, relayedCalls } = link.stats()
          return pendingCalls + relayedCalls > 0
        })
      while (isAsked() && performance.now() < untilMs) await delay(drainLookMs)
    },
    close() {
      closed = true
      for (const { link } of [...connections.values()]) link.close(CloseCode.GOING_AWAY, 'this monitor stops')
    },
  }
}
