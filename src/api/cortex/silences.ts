import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { RowId } from '../../contract/common.ts'
import { Silence, SilenceInput, SilenceList, SilenceQuery } from '../../contract/silences.ts'
import type { Silences } from '../../monitor/silences/silences.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const tag = 'silences'
const params = z.object({ id: RowId })
const list = route({
  method: 'get',
  path: '/silences',
  tag,
  summary: '静默与维护窗口列表',
  auth: { user: 'read' },
  query: SilenceQuery,
  response: SilenceList,
})
const create = route({
  method: 'post',
  path: '/silences',
  tag,
  summary: '新建静默或维护窗口',
  auth: { user: 'operate' },
  body: SilenceInput,
  response: Silence,
  status: 201,
  errors: [404, 409],
})
const get = route({
  method: 'get',
  path: '/silences/{id}',
  tag,
  summary: '静默详情',
  auth: { user: 'read' },
  params,
  response: Silence,
  errors: [404],
})
const change = route({
  method: 'put',
  path: '/silences/{id}',
  tag,
  summary: '修改静默',
  auth: { user: 'operate' },
  params,
  body: SilenceInput,
  response: Silence,
  errors: [404, 409],
})
const end = route({
  method: 'delete',
  path: '/silences/{id}',
  tag,
  summary: '提前结束静默',
  auth: { user: 'operate' },
  params,
  response: Silence,
  errors: [404, 409],
})

/** When nobody is told of which alerts; they stay in the list of alerts. */
export function silencesSection({ silences }: { silences: Silences }): OpenAPIHono<ApiEnv> {
  const app = createSection()

  app.openapi(list, async (c) => ok(c, await silences.list(actorOf(c), c.req.valid('query'))))
  app.openapi(create, async (c) => {
    const made = await silences.create(actorOf(c), c.req.valid('json'))
    return ok(c, made, { zh: '静默已创建', en: 'silence made' }, 201)
  })
  app.openapi(get, async (c) => ok(c, await silences.get(actorOf(c), c.req.valid('param').id)))
  app.openapi(change, async (c) => {
    const changed = await silences.change(actorOf(c), c.req.valid('param').id, c.req.valid('json'))
    return ok(c, changed, { zh: '静默已修改', en: 'silence changed' })
  })
  app.openapi(end, async (c) => {
    const ended = await silences.end(actorOf(c), c.req.valid('param').id)
    return ok(c, ended, { zh: '静默已结束', en: 'silence ended' })
  })

  return app
}
