import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { Job, JobId, JobList } from '../../contract/operations/jobs.ts'
import { cancelJob, listJobs, readJob } from '../../monitor/operations/calls/jobs.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { plainRoute } from '../http/openapi.ts'
import { askHost, ServerParams } from './host.ts'

const tag = 'better-monitor: jobs'
const JobOfServer = ServerParams.extend({ job_id: JobId })
const query = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  resource: z.string().max(256).optional(),
})
const list = plainRoute({
  method: 'get',
  path: '/servers/{id}/jobs',
  tag,
  summary: '任务列表',
  auth: { user: 'read' },
  params: ServerParams,
  query,
  response: JobList,
  errors: [404, 503, 504],
})
const get = plainRoute({
  method: 'get',
  path: '/servers/{id}/jobs/{job_id}',
  tag,
  summary: '任务进度与结果',
  auth: { user: 'read' },
  params: JobOfServer,
  response: Job,
  errors: [404, 503, 504],
})
const cancel = plainRoute({
  method: 'post',
  path: '/servers/{id}/jobs/{job_id}/cancel',
  tag,
  summary: '取消任务',
  auth: { user: 'operate' },
  params: JobOfServer,
  response: Job,
  errors: [403, 404, 409, 503, 504],
})

/** Long work on a host (rulings: jobs). */
export function jobsSection({ operations }: { operations: Operations }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(list, async (c) => {
    return c.json(await askHost(operations, c, c.req.valid('param').id, listJobs(c.req.valid('query'))), 200)
  })
  app.openapi(get, async (c) => {
    const { id, job_id } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, readJob(job_id)), 200)
  })
  app.openapi(cancel, async (c) => {
    const { id, job_id } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, cancelJob(job_id)), 200)
  })
  return app
}
