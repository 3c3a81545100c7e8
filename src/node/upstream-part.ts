import type { NodeRole } from '../contract/common.ts'
import type { SelfStatus } from '../contract/self.ts'
import { buildInfo } from '../platform/version.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import type { BeforeRelay } from '../tree/link/inbound.ts'
import { createLinkClient, type LinkClient } from '../tree/link/link-client.ts'
import type { LinkServer } from '../tree/link/link-server.ts'
import type { Methods } from '../tree/link/methods.ts'
import { ensureRegistered } from '../tree/uplink/attachment.ts'
import { createGate, type Gate } from '../tree/uplink/gate.ts'
import { activeParent, type IdentityKeeper, parentAt, withLineage } from '../tree/uplink/identity.ts'
import type { ParentClient } from '../tree/uplink/parent-client.ts'
import { normalizeParentUrl } from '../tree/uplink/parents.ts'
import { createRegisteredClient } from '../tree/uplink/registered-client.ts'
import { hostFacts } from './host-facts.ts'
import { alone } from './leading.ts'
import type { ReplicaPart } from './replicas-part.ts'

export interface UpstreamPart {
  client: ParentClient
  gate: Gate
  link: LinkClient
  /** agent_ids from the parent up to the root, as last heard. */
  lineage: () => readonly string[]
  /** agent_id of the parent in use; null before the first registration. */
  parentId: () => string | null
  status: () => NonNullable<SelfStatus['parent']>
  /** Whether the parent is reached, by this process or by the one that leads. */
  isUp(): boolean
  /** Another process has registered, or heard where the parent stands. */
  identityMoved(): void
  /** Registers when need be, and dials; resolves to whether this node has a parent that knows it. Waits until somebody answers. */
  start(): Promise<boolean>
}

const normalTimeoutMs = 30_000

/** The connection of a node to its parent: keys, requests, and the link. */
export function buildUpstream(parts: {
  config: Config
  identity: IdentityKeeper
  methods: Methods
  linkServer: LinkServer | null
  /** What a monitor does before it passes on what its parent asks of a node below. */
  beforeRelay?: BeforeRelay
  /** By which people reach this monitor; null on a node without one. */
  ownUrl: (() => string) | null
  /** Of several processes the one that leads registers and has the link to the parent. */
  replicas?: Pick<ReplicaPart, 'leading' | 'identity' | 'leadersParent'> | null
  lifecycle: Lifecycle
  logger: Logger
}): UpstreamPart {
  const { replicas = null } = parts
  const leading = replicas?.leading ?? alone
  const { config, identity, methods, linkServer, ownUrl, lifecycle, logger } = parts
  const clock = Date.now
  const random = Math.random
  const urls = config.upstream.urls.map(normalizeParentUrl)
  const token = config.upstream.token ?? null
  const role: NodeRole = config.monitor.enabled ? 'monitor' : 'probe'
  const introduction = {
    agentId: config.node.id,
    name: config.node.name,
    role,
    version: buildInfo().version,
    // Read when it registers: the port is known by then.
    get metadata() {
      return { ...hostFacts(), ...(ownUrl ? { url: ownUrl() } : {}) }
    },
  }
  const client = createRegisteredClient({
    urls,
    token,
    introduction,
    identity,
    logger,
    clock,
    timeoutMs: normalTimeoutMs,
    onJoined: () => link.reconnect('this node has registered anew'),
    ...(replicas
      ? {
          async joinsElsewhere() {
            await replicas.identity.refresh()
            return !leading.leads()
          },
        }
      : {}),
  })
  // Who has answered a report takes the link too: nobody has to wait for its next try.
  const gate = createGate({ clock, random, onBack: () => link.hasten() })
  let lineage: readonly string[] = activeParent(identity.read())?.lineage ?? []
  let lastError: string | null = null

  const link = createLinkClient({
    selfId: config.node.id,
    target: () => {
      const entry = parentAt(identity.read(), client.activeUrl())
      return entry ? { url: entry.url, apiKey: entry.api_key } : null
    },
    methods,
    ...(linkServer ? { next: (agentId: string) => linkServer.next(agentId), beforeRelay: parts.beforeRelay } : {}),
    logger,
    clock,
    random,
    onLineage(heard) {
      if (heard.includes(config.node.id)) {
        logger.error({ lineage: heard }, 'this node stands among its own ancestors: the link is dropped')
        link.stop()
        return
      }
      standsBelow(heard)
      const moved = withLineage(identity.read(), heard)
      if (moved === identity.read()) return
      identity.write(moved).catch((err: unknown) => logger.warn({ err }, 'the lineage could not be kept'))
    },
  })
  linkServer?.announceLineage(lineage)

  function standsBelow(ancestors: readonly string[]): void {
    lineage = ancestors
    linkServer?.announceLineage(ancestors)
  }

  async function register(signal: AbortSignal): Promise<boolean> {
    const options = { urls, token, introduction, identity, client, logger, random, signal }
    try {
      await ensureRegistered(options)
      lastError = null
      if (signal.aborted) return false
      link.start()
      return true
    } catch (error) {
      if (signal.aborted) return false
      lastError = error instanceof Error ? error.message : String(error)
      logger.error(
        { err: error },
        'this node has no parent: it goes on by itself; mend the cause and restart it, or run cortex join',
      )
      return false
    }
  }

  return {
    client,
    gate,
    link,
    lineage: () => lineage,
    parentId: () => activeParent(identity.read())?.parent ?? null,
    isUp: () => {
      const state = leading.leads() ? link.state() : replicas?.leadersParent()
      return state?.link === 'connected'
    },
    identityMoved() {
      const ancestors = activeParent(identity.read())?.lineage ?? []
      if (!leading.leads() && ancestors.join(' ') !== lineage.join(' ')) standsBelow(ancestors)
    },
    status() {
      const other = leading.leads() ? null : replicas?.leadersParent()
      if (other) return other
      const state = link.state()
      return {
        agent_id: state.agentId ?? activeParent(identity.read())?.parent ?? null,
        url: client.activeUrl(),
        link: state.link,
        connected_since: state.connectedSince === null ? null : new Date(state.connectedSince).toISOString(),
        last_error: lastError ?? state.lastError,
      }
    },
    start() {
      lifecycle.onStop('link', () => link.stop())
      if (!replicas) return register(lifecycle.stopping)
      let tenure = new AbortController()
      leading.onLost(() => {
        tenure.abort()
        link.stop()
      })
      leading.onGained(() => {
        tenure = new AbortController()
        void register(AbortSignal.any([lifecycle.stopping, tenure.signal]))
      })
      return Promise.resolve(true)
    },
  }
}
