import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { ProcessKilled, ProcessKillRequest, ProcessList } from '../../contract/operations/processes.ts'
import { killProcess, listProcesses } from '../../monitor/operations/calls/processes.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { plainRoute } from '../http/openapi.ts'
import { askHost, ServerParams } from './host.ts'

const tag = 'better-monitor: processes'
const ProcessParams = ServerParams.extend({ pid: z.coerce.number().int().min(1).max(4_194_304) })
const list = plainRoute({
  method: 'get',
  path: '/servers/{id}/processes',
  tag,
  summary: '进程列表',
  auth: { user: 'read' },
  params: ServerParams,
  response: ProcessList,
  errors: [404, 503, 504],
})
const kill = plainRoute({
  method: 'post',
  path: '/servers/{id}/processes/{pid}/kill',
  tag,
  summary: '终止进程',
  auth: { user: 'operate' },
  params: ProcessParams,
  body: ProcessKillRequest,
  bodyOptional: true,
  response: ProcessKilled,
  errors: [403, 404, 409, 503, 504],
})

/** Processes of a host (spec: Better Monitor 4; rulings: processes). */
export function processesSection({ operations }: { operations: Operations }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(list, async (c) => {
    return c.json(await askHost(operations, c, c.req.valid('param').id, listProcesses()), 200)
  })
  app.openapi(kill, async (c) => {
    const { id, pid } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, killProcess({ ...c.req.valid('json'), pid })), 200)
  })
  return app
}
