import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { trustedProxies } from '../api/http/client-ip.ts'
import type { ApiEnv } from '../api/http/api-env.ts'
import { installBasics } from '../api/http/request-basics.ts'
import { serveLeaf } from '../api/leaf.ts'
import { servePublic } from '../api/public.ts'
import { serveLeafPage } from '../api/web/leaf-page.ts'
import type { Inspection, SelfStatus } from '../contract/self.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'

/** The doors of a node without a monitor. */
export function createLeafApp(parts: {
  config: Config
  metrics: Metrics
  logger: Logger
  status: () => SelfStatus
  inspect: () => Promise<Inspection>
}): Hono<ApiEnv> {
  const { config, metrics, logger, status, inspect } = parts
  const app = new Hono<ApiEnv>()
  installBasics(app, {
    logger,
    metrics: metrics.http(),
    newRequestId: randomUUID,
    isTrustedProxy: trustedProxies(config.server.trusted_proxies),
  })
  servePublic(app, { healthy: async () => true, metrics })
  serveLeaf(app, { status, inspect })
  serveLeafPage(app, { monitorUrl: () => status().parent?.url ?? config.upstream.urls[0] ?? null })
  return app
}
