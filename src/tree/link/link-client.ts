import { WebSocket } from 'ws'
import { backoffMs } from '../../lib/backoff.ts'
import type { Logger } from '../../platform/logger.ts'
import { CloseCode } from './close-codes.ts'
import { LinkError } from './fault.ts'
import type { HelloHeader } from './headers.ts'
import type { LinkLimits } from './limits.ts'
import type { BeforeRelay } from './inbound.ts'
import { createLink } from './link.ts'
import type { CallOptions, Link, LinkStats, OpenOptions } from './link.ts'
import { defaultHeartbeat } from './link-server.ts'
import { linkUrl } from './link-url.ts'
import { needsMask, zeroMask } from './mask.ts'
import type { Methods } from './methods.ts'
import type { RelayEnd } from './relay.ts'
import { connectSocket, socketOptions, socketTransport } from './socket-transport.ts'
import type { Stream } from './stream.ts'

export interface LinkTarget {
  /** Address of the parent monitor, http(s). */
  url: string
  apiKey: string
}

export interface LinkClientOptions {
  selfId: string
  /** Asked before every try, so that keys rotate and parents fail over; null: there is no parent to dial yet. */
  target: (failures: number) => LinkTarget | null
  /** What the parent may ask of this node. */
  methods: Methods
  /** The link to a child of this node: `linkServer.next`. Absent on a leaf. */
  next?: (agentId: string) => RelayEnd | undefined
  /** What this node does before it passes a call or a stream of the parent on. */
  beforeRelay?: BeforeRelay | undefined
  logger: Logger
  clock: () => number
  random: () => number
  /** agent_ids from the parent up to the root: at every connect, and when they change. */
  onLineage?: (lineage: string[]) => void
  onState?: (state: LinkState) => void
  heartbeat?: { intervalMs: number; maxMissed: number }
  limits?: Partial<LinkLimits>
  backoff?: { minMs: number; maxMs: number }
  /** From dialling to the parent's HELLO. */
  connectTimeoutMs?: number
  /** A connection that held this long was a good one: the next failure counts as the first. */
  stableAfterMs?: number
}

export interface LinkState {
  link: 'connected' | 'connecting' | 'disconnected'
  /** agent_id of the parent, once it has said it. */
  agentId: string | null
  url: string | null
  /** Time of this node's clock, in ms. */
  connectedSince: number | null
  lastError: string | null
}

/** The link of this node to its parent, dialled again whenever it is lost. */
export interface LinkClient {
  start(): void
  state(): LinkState
  /** Null while not connected. */
  stats(): LinkStats | null
  /** Asks the parent itself. Rejects like Link.call, with LinkError LINK_LOST at once while not connected. */
  call(method: string, params: unknown, options: Omit<CallOptions, 'to'>): Promise<unknown>
  open(method: string, params: unknown, options?: Omit<OpenOptions, 'to'>): Promise<Stream>
  /** Drops the connection and dials at once: the parent or the key has changed. */
  reconnect(reason: string): void
  /** The parent was heard another way: a wait for the next try ends now. Does nothing while connected or dialling. */
  hasten(): void
  /** Closes the link and dials no more. */
  stop(): void
}

export function createLinkClient(options: LinkClientOptions): LinkClient {
  const { selfId, target, methods, next, logger, clock, random, onLineage, onState, limits } = options
  const { heartbeat = defaultHeartbeat, backoff = { minMs: 1_000, maxMs: 60_000 } } = options
  const { connectTimeoutMs = 10_000, stableAfterMs = 10_000 } = options
  let state: LinkState = { link: 'disconnected', agentId: null, url: null, connectedSince: null, lastError: null }
  let failures = 0
  let running = false
  let timer: NodeJS.Timeout | null = null
  /** Ends the try or the connection that is under way. */
  let hangUp: ((reason: string) => void) | null = null
  let current: Link | null = null
  /** Number of the try that counts; what an abandoned one still reports is ignored. */
  let tries = 0

  function enter(change: Partial<LinkState>): void {
    state = { ...state, ...change }
    onState?.(state)
  }

  function dialAfter(delayMs: number): void {
    if (timer) clearTimeout(timer)
    timer = running ? setTimeout(dial, delayMs) : null
  }

  function ended(attemptNo: number, reason: string): void {
    if (attemptNo !== tries) return
    const heldMs = state.connectedSince === null ? 0 : clock() - state.connectedSince
    failures = heldMs >= stableAfterMs ? 1 : failures + 1
    current = null
    hangUp = null
    enter({ link: 'disconnected', connectedSince: null, lastError: reason })
    const delayMs = backoffMs({ attempt: failures, ...backoff, random })
    if (running) logger.warn({ reason, failures, delayMs, url: state.url }, 'no link to the parent')
    dialAfter(delayMs)
  }

  function dial(): void {
    timer = null
    tries += 1
    const parent = target(failures)
    if (!parent) return ended(tries, 'no parent to dial')
    let socket: WebSocket
    try {
      socket = openSocket(parent)
    } catch (error) {
      return ended(tries, messageOf(error))
    }
    enter({ link: 'connecting', agentId: null, url: parent.url })
    attempt(socket, tries)
  }

  function attempt(socket: WebSocket, attemptNo: number): void {
    let lastWord: string | null = null
    const deadline = setTimeout(() => giveUp(`no HELLO within ${connectTimeoutMs} ms`), connectTimeoutMs)
    const giveUp = (reason: string): void => {
      lastWord ??= reason
      socket.terminate()
    }
    const onFailed = (error: Error): void => void (lastWord ??= messageOf(error))
    const onFailedClose = (): void => {
      clearTimeout(deadline)
      ended(attemptNo, lastWord ?? 'the connection was closed')
    }
    hangUp = giveUp
    socket.on('error', onFailed)
    socket.once('close', onFailedClose)
    socket.once('open', () => {
      socket.off('close', onFailedClose)
      const link = createLink({
        role: 'child',
        selfId,
        peerId: null,
        transport: socketTransport(socket),
        methods,
        next,
        beforeRelay: options.beforeRelay,
        logger: logger.child({ link: 'parent' }),
        heartbeat,
        limits,
        onHello: (hello) => {
          clearTimeout(deadline)
          onHello(link, hello)
        },
        onClosed: (reason) => {
          clearTimeout(deadline)
          ended(attemptNo, lastWord ?? reason)
        },
      })
      hangUp = (reason) => link.close(CloseCode.GOING_AWAY, reason)
      connectSocket(socket, link)
    })
  }

  function onHello(link: Link, { agent_id, lineage }: HelloHeader): void {
    if (current !== link) {
      current = link
      enter({ link: 'connected', agentId: agent_id, connectedSince: clock(), lastError: null })
      logger.info({ parent: agent_id, url: state.url }, 'linked to the parent')
    }
    onLineage?.(lineage)
  }

  function parentLink(): Link {
    if (!current) throw new LinkError('LINK_LOST', state.agentId ?? 'parent', state.lastError ?? 'not connected')
    return current
  }

  return {
    start() {
      if (running) return
      running = true
      dial()
    },
    state: () => state,
    stats: () => current?.stats() ?? null,
    call: async (method, params, callOptions) => parentLink().call(method, params, callOptions),
    open: async (method, params, openOptions) => parentLink().open(method, params, openOptions),
    reconnect(reason) {
      if (!running) return
      tries += 1
      hangUp?.(reason)
      hangUp = null
      current = null
      failures = 0
      enter({ link: 'disconnected', connectedSince: null, lastError: reason })
      dialAfter(0)
    },
    hasten() {
      if (timer) dialAfter(0)
    },
    stop() {
      running = false
      if (timer) clearTimeout(timer)
      timer = null
      hangUp?.('this node stops')
    },
  }
}

/** Throws TypeError when the URL is none of a monitor. */
function openSocket({ url, apiKey }: LinkTarget): WebSocket {
  const address = linkUrl(url)
  const masking = needsMask(address) ? {} : { generateMask: zeroMask }
  return new WebSocket(address, { ...socketOptions, ...masking, headers: { 'X-API-Key': apiKey } })
}

/** Of a failed connection to several addresses the message is empty and the code says it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return error.message || code
}
