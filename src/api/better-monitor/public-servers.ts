import type { OpenAPIHono } from '@hono/zod-openapi'
import { PublicServerList, PublicServerQuery } from '../../contract/better-monitor/public.ts'
import { notFound } from '../../contract/errors.ts'
import { liveFigures } from '../../monitor/realtime/live-figures.ts'
import type { ServerNow } from '../../monitor/realtime/server-now.ts'
import type { SiteSettings } from '../../monitor/settings/settings.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { plainRoute } from '../http/openapi.ts'

const list = plainRoute({
  method: 'get',
  path: '/public/servers',
  tag: 'better-monitor: settings',
  summary: '公开页的服务器列表：名称、状态与指标；仅在 public_view 打开时',
  auth: 'public',
  query: PublicServerQuery,
  response: PublicServerList,
  errors: [404],
})

/** Servers for anybody, while the setting `public_view` is on: name, status and measurements, nothing else. */
export function publicServersSection(parts: {
  settings: SiteSettings
  serversNow: (page: { limit: number; offset: number }) => Promise<{ servers: ServerNow[]; total: number }>
}): OpenAPIHono<ApiEnv> {
  const { settings, serversNow } = parts
  const app = createSection()
  app.openapi(list, async (c) => {
    if (!(await settings.read()).public_view) throw notFound('未开放公开页', 'The public view is off')
    const { servers, total } = await serversNow(c.req.valid('query'))
    return c.json({ servers: servers.map(publicView), total }, 200)
  })
  return app
}

function publicView({ id, name, status, health, measured }: ServerNow) {
  return {
    id,
    name,
    status,
    health_status: health,
    measured: measured && liveFigures(measured.at, measured.metrics),
  }
}
