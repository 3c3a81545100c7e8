import { randomBytes, randomUUID } from 'node:crypto'
import type { Inspection, SelfStatus } from '../contract/self.ts'
import type { NodeActor, Actor } from '../monitor/auth/actor.ts'
import { readServerNow } from '../monitor/realtime/server-now.ts'
import { nodeById } from '../monitor/nodes/nodes.store.ts'
import { apiKeysSection } from '../api/cortex/api-keys.ts'
import { alertsSection } from '../api/cortex/alerts.ts'
import { auditSection } from '../api/cortex/audit.ts'
import { authSection } from '../api/cortex/auth.ts'
import { clusterSection } from '../api/cortex/cluster.ts'
import { decisionsSection } from '../api/cortex/decisions.ts'
import { intentsSection } from '../api/cortex/intents.ts'
import { notificationsSection } from '../api/cortex/notifications.ts'
import { reportsSection } from '../api/cortex/reports.ts'
import { rolloutsSection } from '../api/cortex/rollouts.ts'
import { selfSection } from '../api/cortex/self.ts'
import { silencesSection } from '../api/cortex/silences.ts'
import { usersSection } from '../api/cortex/users.ts'
import { createApiApp } from '../api/http/app.ts'
import { trustedProxies } from '../api/http/client-ip.ts'
import { serveDocsPage } from '../api/http/docs-page.ts'
import { plainErrorShape, v1ErrorShape } from '../api/http/envelope.ts'
import { createGate } from '../api/http/gate.ts'
import { serveDocument } from '../api/http/openapi-document.ts'
import { createRateLimits } from '../api/http/rate-limit.ts'
import { createSharedLimits } from '../api/http/shared-use.ts'
import { servePublic } from '../api/public.ts'
import { socketsDescribed } from '../api/sockets/described.ts'
import { eventSocket } from '../api/sockets/events.ts'
import { createGuests } from '../api/sockets/guests.ts'
import { serveReplicaLink } from '../api/sockets/replica-link.ts'
import { publicServerSocket } from '../api/sockets/public-server.ts'
import { serverSocket } from '../api/sockets/server.ts'
import { terminalSocket } from '../api/sockets/terminal.ts'
import { serveLink } from '../api/sockets/link.ts'
import { serveDashboard } from '../api/web/dashboard.ts'
import { openWebFiles, webFolder } from '../api/web/web-files.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import { programName } from '../platform/invocation.ts'
import { buildInfo } from '../platform/version.ts'
import type { WebSocket } from 'ws'
import { betterMonitorSections } from './better-monitor-sections.ts'
import type { Monitor } from './monitor-part.ts'
import { createMonitorStatus } from './monitor-status.ts'
import type { ReplicaPart } from './replicas-part.ts'

/** The doors of a monitor: everything under /api/v1, the sockets, and what every node answers. */
export function createMonitorApp(parts: {
  config: Config
  monitor: Monitor
  metrics: Metrics
  status: () => SelfStatus
  inspect: (actor: Actor, agentId: string | undefined) => Promise<Inspection>
  attachLink: (socket: WebSocket, child: NodeActor) => void
  replicas: Pick<ReplicaPart, 'knows' | 'accept' | 'processes'> | null
  logger: Logger
}) {
  const { config, monitor, metrics, status, inspect, attachLink, replicas, logger } = parts
  const { database, keys, sessions, users, tickets } = monitor
  const limits = monitor.sharing
    ? createSharedLimits(config.rate_limits, monitor.sharing.broadcast)
    : createRateLimits(config.rate_limits)
  const gate = createGate({ keys, tokens: sessions, limits })
  const app = createApiApp({
    gate,
    logger,
    metrics: metrics.http(),
    newRequestId: randomUUID,
    isTrustedProxy: trustedProxies(config.server.trusted_proxies),
    errorShape: (path) => (path.startsWith('/api/') && !path.startsWith('/api/v1') ? plainErrorShape : v1ErrorShape),
  })
  const monitorStatus = createMonitorStatus({
    monitor,
    config,
    processes: () => replicas?.processes() ?? null,
    clock: Date.now,
  })
  const sections = [
    reportsSection({ reports: monitor.reports, database }),
    decisionsSection({
      database,
      decisions: monitor.decisions,
      humanGate: monitor.humanGate,
      budgetMs: config.decisions.budget_ms,
    }),
    clusterSection({
      registration: monitor.registration,
      views: monitor.views,
      removal: monitor.removal,
      program: programName(),
    }),
    alertsSection({ handling: monitor.alertHandling, alerting: monitor.alerting }),
    silencesSection({ silences: monitor.silences }),
    intentsSection({ intents: monitor.intents }),
    notificationsSection({ outbox: monitor.outbox }),
    authSection({ sessions, users, tickets }),
    apiKeysSection({ keys, clock: Date.now }),
    usersSection({ users }),
    auditSection({ audit: monitor.audit, hostAudits: monitor.hostAudits }),
    rolloutsSection({ rollouts: monitor.rollouts }),
    selfSection({ status: async () => ({ ...status(), monitor: await monitorStatus() }), inspect }),
  ]
  for (const section of sections) app.route('/api/v1', section)
  for (const section of betterMonitorSections(monitor)) app.route('/api', section)
  const allowedOrigins = ownOrigins(config)
  const guests = createGuests({ sessions, tickets, clock: Date.now })
  app.route('/', eventSocket({ hub: monitor.hub, guests, allowedOrigins, logger }))
  const common = { bus: monitor.bus, live: monitor.live, clock: Date.now, logger }
  app.route(
    '/',
    serverSocket({
      ...common,
      lobby: monitor.serverLobby,
      operations: monitor.operations,
      jobFeeds: monitor.jobFeeds,
      owners: monitor.owners,
      serverNow: (agentId) => readServerNow(database.db, agentId),
      guests,
      requestsPerSecond: config.rate_limits.calls_per_second,
      allowedOrigins,
      newId: randomUUID,
    }),
  )
  app.route(
    '/',
    publicServerSocket({
      ...common,
      lobby: monitor.publicLobby,
      settings: monitor.settings,
      serverNow: async (id) => {
        const node = await nodeById(database.db, id)
        return node && (await readServerNow(database.db, node.agentId))
      },
    }),
  )
  app.route(
    '/',
    terminalSocket({
      operations: monitor.operations,
      holders: monitor.holders,
      sessions,
      seats: monitor.terminals,
      guests,
      allowedOrigins,
      logger,
    }),
  )
  serveLink(app, {
    path: '/api/v1/link',
    isDirectChild: async (nodeId) => (await nodeById(database.db, nodeId))?.parentId === monitor.self.id,
    attach: attachLink,
  })
  if (replicas) {
    serveReplicaLink(app, {
      path: '/api/v1/replica-link',
      knows: replicas.knows,
      attach: replicas.accept,
    })
  }
  servePublic(app, { healthy: () => monitor.healthy(), metrics })
  serveDocument(app, {
    path: '/api/v1/openapi.json',
    title: 'Cortex',
    version: buildInfo().version,
    sockets: socketsDescribed,
  })
  serveDocsPage(app, { path: '/api/v1/docs', documentPath: '/api/v1/openapi.json', title: 'Cortex API' })
  serveDashboard(app, { files: openWebFiles(webFolder()), makeNonce: () => randomBytes(16).toString('base64') })
  return app
}

/** A proxy may show another host than the one people see: pages of our own address are still ours. */
function ownOrigins(config: Config): string[] {
  return config.server.public_url ? [new URL(config.server.public_url).origin] : []
}
