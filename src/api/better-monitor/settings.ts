import type { OpenAPIHono } from '@hono/zod-openapi'
import { AgentSettings, PublicSettings, Settings, SettingsChange } from '../../contract/better-monitor/settings.ts'
import type { SiteSettings } from '../../monitor/settings/settings.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { plainRoute } from '../http/openapi.ts'

const tag = 'better-monitor: settings'
const get = plainRoute({
  method: 'get',
  path: '/settings',
  tag,
  summary: '系统设置',
  auth: { user: 'administer' },
  response: Settings,
})
const post = plainRoute({
  method: 'post',
  path: '/settings',
  tag,
  summary: '更新系统设置',
  auth: { user: 'administer' },
  body: SettingsChange,
  response: Settings,
})
const forEverybody = plainRoute({
  method: 'get',
  path: '/settings/public',
  tag,
  summary: '公共设置',
  auth: 'public',
  response: PublicSettings,
})
const forAgents = plainRoute({
  method: 'get',
  path: '/settings/agent',
  tag,
  summary: 'Agent 设置',
  auth: 'node',
  response: AgentSettings,
})

/** Settings of the site (spec: Better Monitor 8). */
export function settingsSection({ settings }: { settings: SiteSettings }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(get, async (c) => c.json(await settings.read(), 200))
  app.openapi(post, async (c) => c.json(await settings.change(actorOf(c), c.req.valid('json')), 200))
  app.openapi(forEverybody, async (c) => c.json(PublicSettings.parse(await settings.read()), 200))
  app.openapi(forAgents, async (c) => c.json(AgentSettings.parse(await settings.read()), 200))
  return app
}
