import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { Health, Version } from '../../contract/better-monitor/system.ts'
import type { BuildInfo } from '../../platform/version.ts'
import { admit } from '../http/admission.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { plainErrors, plainRoute } from '../http/openapi.ts'
import { rateLimit } from '../http/rate-limit.ts'

const tag = 'better-monitor: system'
const version = plainRoute({
  method: 'get',
  path: '/version',
  tag,
  summary: '版本信息',
  auth: 'public',
  response: Version,
})
// Its 503 is an answer, not an error.
const healthAnswer = { 'application/json': { schema: Health } }
const health = createRoute({
  method: 'get',
  path: '/health',
  tags: [tag],
  summary: '健康检查',
  middleware: [admit(rateLimit('calls'))],
  responses: {
    ...plainErrors({ auth: 'public' }),
    200: { description: 'Success', content: healthAnswer },
    503: { description: 'The database does not answer', content: healthAnswer },
  },
})

/** Version and health (spec: Better Monitor 10). */
export function systemSection(parts: {
  build: BuildInfo
  healthy: () => Promise<boolean>
  activeAgents: () => Promise<number>
  clock: () => number
}): OpenAPIHono<ApiEnv> {
  const { build, healthy, activeAgents, clock } = parts
  const app = createSection()
  app.openapi(version, (c) =>
    c.json(
      {
        version: build.version,
        build_time: build.built_at,
        git_commit: build.commit,
        go_version: process.version.replace('v', 'node '),
      },
      200,
    ),
  )
  app.openapi(health, async (c) => {
    const timestamp = new Date(clock()).toISOString()
    const connected = await healthy()
    return connected
      ? c.json(
          { status: 'healthy', timestamp, database: 'connected', active_agents: await activeAgents() } as const,
          200,
        )
      : c.json({ status: 'unhealthy', timestamp, database: 'disconnected', active_agents: 0 } as const, 503)
  })
  return app
}
