import type { OpenAPIHono } from '@hono/zod-openapi'
import { IntentList, IntentNote, IntentQuery } from '../../contract/intents.ts'
import type { Intents } from '../../monitor/intents/intents.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { done, ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const tag = 'intents'
const list = route({
  method: 'get',
  path: '/intents',
  tag,
  summary: '意图历史',
  auth: { user: 'read' },
  query: IntentQuery,
  response: IntentList,
  errors: [400],
})
const note = route({
  method: 'post',
  path: '/intents',
  tag,
  summary: '添加备注',
  auth: { user: 'operate' },
  body: IntentNote,
  errors: [404],
})

/** Why things happened (spec: 意图查询接口 14). */
export function intentsSection({ intents }: { intents: Intents }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(list, async (c) => ok(c, await intents.list(actorOf(c), c.req.valid('query'))))
  app.openapi(note, async (c) => {
    await intents.note(actorOf(c), c.req.valid('json'))
    return done(c, { zh: '备注已添加', en: 'note added' })
  })
  return app
}
