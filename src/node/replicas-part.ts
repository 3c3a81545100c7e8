import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { MonitorStatus, SelfStatus } from '../contract/self.ts'
import { openListener } from '../db/listener.ts'
import { type Database, openSession } from '../db/open.ts'
import { createLeadership } from '../monitor/replicas/leadership.service.ts'
import { createPlaces } from '../monitor/replicas/places.service.ts'
import { placesChannel } from '../monitor/replicas/places.store.ts'
import { createReplicas } from '../monitor/replicas/replicas.service.ts'
import { replicasChannel, tellOthers, tidyGone } from '../monitor/replicas/replicas.store.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import { LinkError } from '../tree/link/fault.ts'
import type { Link } from '../tree/link/link.ts'
import type { LinkServer } from '../tree/link/link-server.ts'
import { createMethods } from '../tree/link/methods.ts'
import { createReplicaTokens } from '../tree/link/replica-token.ts'
import { createReplicaLinks } from '../tree/link/replica-links.ts'
import type { Identity } from '../tree/uplink/identity.ts'
import { replicaAddress } from './address.ts'
import { createLeading } from './fenced-leading.ts'
import { openSharedIdentity } from './shared-identity.ts'

/** What the rest of the node does for the processes, and is told of them. */
export interface ReplicaHooks {
  linkServer: Pick<LinkServer, 'nextHere' | 'replaced'>
  /** How this process does with the parent. */
  parentStatus: () => SelfStatus['parent']
  /** Another process has kept a newer identity. */
  onIdentity: () => void
  /** A second in which another process led; whether this one could have heard anybody. */
  onStandBy: (heard: boolean) => void
  /** This process ends in good order, and no other one of this monitor runs. */
  onLast: () => Promise<void>
}

/**
 * This process as one of several of its monitor: who of them leads, who they are towards the parent, where the links of children
 * hang, and the links between the processes.
 */
export async function joinReplicas(parts: {
  config: Config
  /** Of `config.database.url`. */
  url: string
  database: Database
  secretKey: Uint8Array
  replicaId: string
  /** Of the data folder; counts when the database has none yet. */
  ownIdentity: Identity
  hooks: () => ReplicaHooks
  lifecycle: Lifecycle
  logger: Logger
}) {
  const { config, url, database, secretKey, replicaId, ownIdentity, hooks, lifecycle, logger } = parts
  const selfId = config.node.id
  const { leading, gained, lost } = createLeading({ leadership: () => leadership })
  const leadership = createLeadership({
    openSession: () => openSession(url, logger),
    replicaId,
    onGained: gained,
    onLost: lost,
    monotonic: () => performance.now(),
    logger,
  })
  const identity = await openSharedIdentity({ database, secretKey, own: ownIdentity, leads: () => leading.leads() })
  const places = createPlaces({
    database,
    replicaId,
    newId: randomUUID,
    onReplaced: (agentId) => hooks().linkServer.replaced(agentId),
    logger,
  })

  const tokens = createReplicaTokens({ secretKey, ownId: replicaId })
  /** What the other processes may ask of this one. */
  const methods = createMethods()
  const links = createReplicaLinks({
    selfId,
    methods,
    nextHere: (agentId) => hooks().linkServer.nextHere(agentId),
    token: (to) => tokens.issue(to, Date.now()),
    logger,
    random: Math.random,
  })
  const replicas = createReplicas({
    database,
    id: replicaId,
    parentStatus: () => (leading.leads() ? hooks().parentStatus() : null),
    async onBeat(isNew) {
      links.meet(replicas.others())
      places.claimAgain(isNew)
      if (await identity.refresh()) hooks().onIdentity()
      if (leading.leads()) await tidyGone(database.sql)
      else hooks().onStandBy(true)
    },
    onMissed: () => {
      if (!leading.leads()) hooks().onStandBy(false)
    },
    logger,
  })
  const listener = await openListener({
    database,
    channels: {
      [placesChannel]: (text) => places.hear(text),
      [replicasChannel]: (id) => {
        if (id === replicaId) return
        replicas.look()
        leadership.look()
      },
    },
    onListening: () => places.listening(),
    logger,
  })
  lifecycle.onStop('what the processes tell each other', () => listener.close())
  lifecycle.onStop('place among the processes', async () => {
    if (await replicas.stop()) await hooks().onLast()
  })

  /** The link to the process that leads. Throws NO_ROUTE while that is unknown, or this one. */
  function leader(): Link {
    const other = replicas.leader()
    const link = other && links.linkTo(other.id)
    if (!link) throw new LinkError('NO_ROUTE', selfId, 'no link to the process that leads')
    return link
  }

  return {
    leading,
    identity,
    places,
    methods,
    leader,
    /** How the process that leads does with the parent. */
    leadersParent: (): SelfStatus['parent'] => replicas.leader()?.parent ?? null,
    /** All processes, this one first. */
    processes(): MonitorStatus['processes'] {
      const self = replicas.self()
      if (!self) return []
      const leaderId = leading.leads() ? replicaId : replicas.leader()?.id
      return [self, ...replicas.others()].map(({ id, address, startedAt }) => ({
        id,
        address,
        started_at: startedAt.toISOString(),
        leads: id === leaderId,
      }))
    },
    /** The link to the process that has a child which is not connected here. */
    elsewhere(agentId: string): Link | undefined {
      const replica = places.replicaOf(agentId)
      return replica === undefined ? undefined : links.linkTo(replica)
    },
    /** Whether a token is that of another process that runs: its id, else null. */
    knows: (token: string): string | null => tokens.check(token, Date.now()),
    accept: (socket: WebSocket, from: string) => links.accept(socket, from),
    /** The other processes reach this one from now on. */
    start(port: number): void {
      replicas.start(replicaAddress(config, port))
      lifecycle.onStop('links between processes', () => links.close())
    },
    /** Leads from now on, as soon as no other process does. */
    lead(): void {
      leadership.start()
      lifecycle.onStop('leadership', async () => {
        if (await leadership.stop()) await tellOthers(database.sql, replicaId)
      })
    },
  }
}
export type ReplicaPart = Awaited<ReturnType<typeof joinReplicas>>
