import { type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  ComposeAnswer,
  ComposeName,
  ContainerActionAnswer,
  ContainerAnswer,
  ContainerRef,
  ImageAnswer,
  LogsAnswer,
} from '../../contract/operations/docker.ts'
import { JobReceipt } from '../../contract/operations/jobs.ts'
import {
  controlContainer,
  deleteContainer,
  listComposes,
  listContainers,
  listImages,
  moveCompose,
  readLogs,
} from '../../monitor/operations/calls/docker.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { plainRoute } from '../http/openapi.ts'
import { askHost, ServerParams } from './host.ts'

const tag = 'better-monitor: docker'
const looks = { user: 'read' } as const
const acts = { user: 'operate' } as const
const reading = [404, 503, 504] as (404 | 503 | 504)[]
const changing = [403, 404, 409, 503, 504] as (403 | 404 | 409 | 503 | 504)[]
const base = '/servers/{id}/docker'
const ContainerOfServer = ServerParams.extend({ container_id: ContainerRef })
const ProjectOfServer = ServerParams.extend({ project: ComposeName })
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')

const containers = plainRoute({
  method: 'get',
  path: `${base}/containers`,
  tag,
  summary: '容器列表',
  auth: looks,
  params: ServerParams,
  response: ContainerAnswer,
  errors: reading,
})
const images = plainRoute({
  method: 'get',
  path: `${base}/images`,
  tag,
  summary: '镜像列表',
  auth: looks,
  params: ServerParams,
  response: ImageAnswer,
  errors: reading,
})
const composes = plainRoute({
  method: 'get',
  path: `${base}/composes`,
  tag,
  summary: 'Compose 项目',
  auth: looks,
  params: ServerParams,
  response: ComposeAnswer,
  errors: reading,
})
const remove = plainRoute({
  method: 'delete',
  path: `${base}/containers/{container_id}`,
  tag,
  summary: '删除容器',
  auth: acts,
  params: ContainerOfServer,
  query: z.object({ force: flag, volumes: flag }),
  response: ContainerActionAnswer,
  errors: changing,
})
const logs = plainRoute({
  method: 'get',
  path: `${base}/containers/{container_id}/logs`,
  tag,
  summary: '容器日志',
  auth: acts,
  params: ContainerOfServer,
  query: z.object({
    tail: z.coerce.number().int().min(0).max(100_000).default(200),
    since: z.string().max(40).optional(),
    timestamps: flag,
  }),
  response: LogsAnswer,
  errors: reading,
})

/** Containers of a host (spec: Better Monitor 5; rulings: docker). */
export function dockerSection({ operations }: { operations: Operations }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(containers, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, listContainers()), 200),
  )
  app.openapi(images, async (c) => c.json(await askHost(operations, c, c.req.valid('param').id, listImages()), 200))
  app.openapi(composes, async (c) => c.json(await askHost(operations, c, c.req.valid('param').id, listComposes()), 200))
  const starts = { start: '启动容器', stop: '停止容器', restart: '重启容器' } as const
  for (const verb of ['start', 'stop', 'restart'] as const) {
    const controlled = plainRoute({
      method: 'post',
      path: `${base}/containers/{container_id}/${verb}`,
      tag,
      summary: starts[verb],
      auth: acts,
      params: ContainerOfServer,
      response: ContainerActionAnswer,
      errors: changing,
    })
    app.openapi(controlled, async (c) => {
      const { id, container_id } = c.req.valid('param')
      return c.json(await askHost(operations, c, id, controlContainer(verb, container_id)), 200)
    })
  }
  app.openapi(remove, async (c) => {
    const { id, container_id } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, deleteContainer({ id: container_id, ...c.req.valid('query') })), 200)
  })
  app.openapi(logs, async (c) => {
    const { id, container_id } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, readLogs({ id: container_id, ...c.req.valid('query') })), 200)
  })
  for (const verb of ['up', 'down'] as const) {
    const summary = verb === 'up' ? '启动 Compose 项目' : '停止 Compose 项目'
    const moved = plainRoute({
      method: 'post',
      path: `${base}/composes/{project}/${verb}`,
      tag,
      summary,
      auth: acts,
      params: ProjectOfServer,
      response: JobReceipt,
      status: 202,
      errors: changing,
    })
    app.openapi(moved, async (c) => {
      const { id, project } = c.req.valid('param')
      return c.json(await askHost(operations, c, id, moveCompose(verb, project)), 202)
    })
  }

  return app
}
