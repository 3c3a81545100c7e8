import { randomUUID } from 'node:crypto'
import { conflict } from '../contract/errors.ts'
import { anybodyHere } from '../monitor/replicas/replicas.store.ts'
import type { AuditHead } from '../contract/audit.ts'
import type { Inspection, SelfStatus } from '../contract/self.ts'
import type { Actor } from '../monitor/auth/actor.ts'
import type { Config } from '../platform/config/schema.ts'
import type { DataDir } from '../platform/data-dir.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { SchemaGuard } from '../platform/releases/supervision.ts'
import { createLinkServer } from '../tree/link/link-server.ts'
import { createMethods, type Methods } from '../tree/link/methods.ts'
import type { IdentityKeeper } from '../tree/uplink/identity.ts'
import { createParentClient, type ParentClient } from '../tree/uplink/parent-client.ts'
import { loopbackAddress, publicAddress } from './address.ts'
import { createEscalation } from './escalation.ts'
import { createHostReach } from './host-reach.ts'
import type { HttpServer } from './http-server.ts'
import { alone } from './leading.ts'
import { createLinkKeys, type LinkKeys } from './link-keys.ts'
import {
  askHistory,
  askInspection,
  askName,
  askSamples,
  deliverCommands,
  registerMonitorMethods,
  registerToldMethods,
  registerParentMethods,
} from './links.ts'
import { liveReader, registerLive } from './live.ts'
import { createMonitorApp } from './monitor-app.ts'
import { openMonitorDatabase } from './monitor-database.ts'
import { startMonitorJobs } from './monitor-jobs.ts'
import { buildMonitor } from './monitor-part.ts'
import type { ProbePart } from './probe-part.ts'
import { meterMonitor } from './readings.ts'
import { createRegionSender, type RegionSender } from './region.ts'
import { joinReplicas, type ReplicaPart } from './replicas-part.ts'
import { askLeaderForName, flushByLeader, registerReplicaMethods } from './replica-methods.ts'
import { buildUpstream, type UpstreamPart } from './upstream-part.ts'

const severalProcesses = (nodeId: string) =>
  conflict(
    `数据库正由 ${nodeId} 的多个进程使用：请在本进程也设置 replicas.enabled: true，或先停止其他进程`,
    `Several processes of ${nodeId} use this database: set replicas.enabled: true for this one too, or end the others first`,
  )

/** A node with a monitor: the monitor itself, the links of its children and, on a region, the way to its parent. */
export async function buildMonitorNode(parts: {
  config: Config
  logger: Logger
  lifecycle: Lifecycle
  dataDir: DataDir
  /** Of the data folder. */
  identity: IdentityKeeper
  metrics: Metrics
  /** What the parent may ask of this node. */
  methods: Methods
  startedAtMs: number
  probe: () => ProbePart | null
  inspectHere: () => Promise<Inspection>
  schemaGuard: SchemaGuard | undefined
  hostHead: () => AuditHead
}) {
  const { config, logger, lifecycle, dataDir, metrics, methods, startedAtMs } = parts
  const registrationToken = await dataDir.registrationToken(config.monitor.registration_token)
  let port = config.server.port
  let linkKeys: LinkKeys | null = null
  const { database, url } = await openMonitorDatabase({ ...parts, dataDir: dataDir.path })
  const replicaId = config.replicas.enabled ? randomUUID() : null
  if (replicaId === null && (await anybodyHere(database.sql))) throw severalProcesses(config.node.id)
  const replicas: ReplicaPart | null =
    replicaId === null
      ? null
      : await joinReplicas({
          config,
          url,
          database,
          secretKey: await dataDir.secretKey(config.security.secret_key),
          replicaId,
          ownIdentity: parts.identity.read(),
          hooks: () => ({
            linkServer,
            parentStatus: () => upstream?.status() ?? null,
            onIdentity: () => upstream?.identityMoved(),
            onStandBy: (heard) => monitor.liveness.standBy(heard),
            onLast: async () => await region?.sayGoodbye(),
          }),
          lifecycle,
          logger,
        })
  const leading = replicas?.leading ?? alone
  const identity = replicas?.identity ?? parts.identity

  const childMethods = createMethods()
  const linkServer = createLinkServer({
    selfId: config.node.id,
    methods: childMethods,
    logger,
    clock: Date.now,
    ...(replicas ? { elsewhere: replicas.elsewhere } : {}),
    onConnect: (agentId) => {
      replicas?.places.connected(agentId)
      monitor.bus.emit('child_linked', { agent_id: agentId })
      void deliverCommands(linkServer, monitor, agentId).catch((err: unknown) =>
        logger.warn({ err, child: agentId }, 'commands wait for the next try'),
      )
    },
    onDisconnect: (agentId) => {
      replicas?.places.disconnected(agentId)
      linkKeys?.forget(agentId)
    },
  })
  const upstream: UpstreamPart | null =
    config.upstream.urls.length > 0
      ? buildUpstream({
          ...parts,
          identity,
          linkServer,
          replicas,
          ownUrl: () => publicAddress(config.server, port),
          beforeRelay: (opening) => monitor.relayedActs.beforePassing(opening),
        })
      : null
  const escalates = upstream !== null && config.decisions.authority === 'upstream'
  const escalation = escalates ? createEscalation({ client: upstream.client, flush }) : null

  const monitor = await buildMonitor({
    config,
    database,
    dataDir,
    replicaId,
    nodeUid: identity.read().node_uid,
    registrationToken: registrationToken.token,
    publicUrl: () => publicAddress(config.server, port),
    reach: {
      lineage: () => upstream?.lineage() ?? [],
      escalate: () => escalation,
      checkName: async (claim) => {
        try {
          return await checkAbove(claim)
        } catch (err) {
          logger.warn({ err, agent_id: claim.agentId }, 'the parent could not be asked whether a name is free')
          return 'unknown'
        }
      },
      askOwner: (path, agentId) => askHistory(linkServer, path, agentId),
      askSamples: (path, agentId, span) => askSamples(linkServer, path, agentId, span),
      readLive: liveReader(linkServer),
      host: createHostReach({ config, methods, linkServer, lifecycle, logger }),
      upstreamUrl: () => upstream?.client.activeUrl() ?? null,
    },
    hostHead: parts.hostHead,
    lifecycle,
    logger,
    startedAtMs,
  })
  linkKeys = createLinkKeys({ monitor, linkServer })
  registerMonitorMethods(methods, { monitor })
  registerToldMethods(methods, { monitor })
  // A root has nobody above: what came from a parent of before holds no longer.
  if (!upstream) {
    await monitor.silences.takeFromAbove([])
    await monitor.rules.inherited.take(config.node.id, [])
  }
  registerLive(methods, monitor)
  registerParentMethods(childMethods, {
    async checkName(agentId, nodeUid, askedBy) {
      const here = await monitor.registration.checkName(agentId, nodeUid, askedBy)
      return here === 'free' ? await checkAbove({ agentId, nodeUid }) : here
    },
  })
  meterMonitor(metrics, monitor)

  const region: RegionSender | null = upstream
    ? createRegionSender({
        config,
        monitor,
        upstream,
        status: () => parts.probe()?.probe.lastInspection()?.status ?? 'healthy',
        leading,
        saysGoodbye: replicas === null,
        lifecycle,
        logger,
      })
    : null

  /** Whether the ancestors have a name free; only who leads has a link to the parent. */
  async function checkAbove(claim: { agentId: string; nodeUid: string | null }) {
    if (!upstream) return 'free'
    return replicas && !leading.leads() ? await askLeaderForName(replicas, claim) : await askName(upstream.link, claim)
  }

  /** Sends the parent what has changed now. */
  async function flush(): Promise<void> {
    if (replicas && !leading.leads()) await flushByLeader(replicas)
    else await region?.flush()
  }
  if (replicas) registerReplicaMethods(replicas.methods, { checkAbove, flush: async () => await region?.flush() })

  async function inspect(actor: Actor, agentId: string | undefined): Promise<Inspection> {
    if (agentId === undefined || agentId === config.node.id) return await parts.inspectHere()
    return await askInspection(linkServer, await monitor.views.pathOf(actor, agentId))
  }

  return {
    monitor,
    upstream,
    nodeUid: identity.read().node_uid,
    registrationToken,
    createApp: (status: () => SelfStatus) =>
      createMonitorApp({
        config,
        monitor,
        metrics,
        status,
        inspect,
        attachLink: (socket, child) => linkKeys.attach(socket, child),
        replicas,
        logger,
      }),
    start(server: Pick<HttpServer, 'port' | 'drained'>): void {
      port = server.port
      replicas?.start(port)
      // The other way round when this node stops: who leads ends that first, calls get their answers, and then the links are closed.
      lifecycle.onStop('links of children', () => linkServer.close())
      lifecycle.onStop('calls over links', () => linkServer.drained())
      lifecycle.onStop('requests and sockets', () => Promise.all([server.drained(), monitor.closeSockets()]))
      replicas?.lead()
      startMonitorJobs({
        monitor,
        linkServer,
        linkKeys,
        leading,
        lifecycle,
        logger,
        offlineAfterMs: config.monitor.offline_after_s * 1000,
        ruleLookMs: config.monitor.rule_look_interval_s * 1000,
      })
    },
    /** The parent knows this node: what changes here goes up from now on. */
    reportUp: () => region?.start(),
    /** How the node's own probe speaks to its monitor: the public API, over loopback, with a key made for this start. */
    async ownClient(listeningPort: number): Promise<ParentClient> {
      const { key } = await monitor.units.run((unit) =>
        monitor.keys.issue(unit, monitor.self, { name: 'own probe', expiresAt: null, graceMsForOld: 0 }),
      )
      const url = loopbackAddress(config.server, listeningPort)
      return createParentClient({ parents: () => [{ url, apiKey: key }], clock: Date.now, logger })
    },
  }
}
