import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { createLogger } from '../../src/platform/logger.ts'
import type { LinkLimits } from '../../src/tree/link/limits.ts'
import { createLinkClient } from '../../src/tree/link/link-client.ts'
import type { LinkClient, LinkClientOptions } from '../../src/tree/link/link-client.ts'
import { createLinkServer } from '../../src/tree/link/link-server.ts'
import type { LinkServer, LinkServerOptions } from '../../src/tree/link/link-server.ts'
import { createMethods } from '../../src/tree/link/methods.ts'
import type { Methods } from '../../src/tree/link/methods.ts'
import { socketOptions } from '../../src/tree/link/socket-transport.ts'

export const silent = createLogger({ level: 'silent' })

/** Waits until `condition` holds, at most `timeoutMs`. */
export async function until(condition: () => boolean, what: string, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

export interface TestMonitor {
  url: string
  links: LinkServer
  /** Methods that its children may call. */
  methods: Methods
  /** What the callbacks of the link server said, in order. */
  events: string[]
  /** The sockets of its children, as they came. */
  sockets: Socket[]
  close(): Promise<void>
}

/** A monitor's door on loopback: the link and nothing else. The key of a child is its agent_id. */
export async function startMonitor(selfId: string, extra: Partial<LinkServerOptions> = {}): Promise<TestMonitor> {
  const methods = createMethods()
  const events: string[] = []
  const sockets: Socket[] = []
  const links = createLinkServer({
    selfId,
    methods,
    logger: silent,
    clock: Date.now,
    onConnect: (agentId) => void events.push(`+${agentId}`),
    onDisconnect: (agentId, reason) => void events.push(`-${agentId}: ${reason}`),
    ...extra,
  })
  const upgrades = new WebSocketServer({ noServer: true, ...socketOptions })
  const http = createServer()
  http.on('upgrade', (request, socket, head) => {
    const agentId = request.headers['x-api-key']
    if (typeof agentId !== 'string' || agentId === 'revoked') {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.push(request.socket)
    upgrades.handleUpgrade(request, socket, head, (ws) => links.attach(ws, { agentId }))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    links,
    methods,
    events,
    sockets,
    async close() {
      links.close()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

export interface TestChild {
  client: LinkClient
  /** Methods that its parent may call. */
  methods: Methods
  lineages: string[][]
}

export function startChild(
  selfId: string,
  parent: () => { url: string } | null,
  extra: Partial<LinkClientOptions> = {},
): TestChild {
  const methods = createMethods()
  const lineages: string[][] = []
  const client = createLinkClient({
    selfId,
    target: () => {
      const url = parent()?.url
      return url === undefined ? null : { url, apiKey: selfId }
    },
    methods,
    logger: silent,
    clock: Date.now,
    random: Math.random,
    backoff: { minMs: 5, maxMs: 20 },
    ...extra,
    onLineage: (lineage) => {
      lineages.push(lineage)
      extra.onLineage?.(lineage)
    },
  })
  client.start()
  return { client, methods, lineages }
}

/** root – region – zone – leaf: three links on loopback in one process. */
export async function startChain(limits: Partial<LinkLimits> = {}) {
  const root = await startMonitor('root', { limits })
  const region = await startMonitor('region', { limits })
  const zone = await startMonitor('zone', { limits })
  const below = (links: LinkServer) => ({
    limits,
    next: links.next,
    onLineage: (lineage: string[]) => links.announceLineage(lineage),
  })
  const regionUp = startChild('region', () => root, below(region.links))
  const zoneUp = startChild('zone', () => region, below(zone.links))
  const leaf = startChild('leaf', () => zone, { limits })
  await until(() => leaf.lineages.at(-1)?.length === 3, 'the leaf knows its lineage')
  return {
    root,
    region,
    zone,
    regionUp,
    zoneUp,
    leaf,
    route: ['region', 'zone', 'leaf'],
    async close() {
      for (const child of [leaf, zoneUp, regionUp]) child.client.stop()
      for (const monitor of [zone, region, root]) await monitor.close()
    },
  }
}
export type Chain = Awaited<ReturnType<typeof startChain>>
