import type { OpenAPIHono } from '@hono/zod-openapi'
import { AppError } from '../../contract/errors.ts'
import { HostCapabilities } from '../../contract/operations/capabilities.ts'
import { hostCapabilities } from '../../monitor/operations/calls/capabilities.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import { type ApiEnv, languageOf } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { plainRoute } from '../http/openapi.ts'
import { askHost, ServerParams } from './host.ts'

const read = plainRoute({
  method: 'get',
  path: '/servers/{id}/capabilities',
  tag: 'better-monitor: capabilities',
  summary: '主机允许的远程操作；无法询问主机时 capabilities 为 null，reason 说明原因',
  auth: { user: 'read' },
  params: ServerParams,
  response: HostCapabilities,
  errors: [404],
})

/** What a host lets people do from afar, in its own words. */
export function capabilitiesSection({ operations }: { operations: Operations }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(read, async (c) => {
    try {
      const { capabilities } = await askHost(operations, c, c.req.valid('param').id, hostCapabilities())
      return c.json({ capabilities, reason: null }, 200)
    } catch (error) {
      const isSilent = error instanceof AppError && (error.status === 503 || error.status === 504)
      if (!isSilent) throw error
      return c.json({ capabilities: null, reason: error.text[languageOf(c)] }, 200)
    }
  })
  return app
}
