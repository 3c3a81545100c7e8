import type { OpenAPIHono } from '@hono/zod-openapi'
import { DeliveryList, DeliveryQuery } from '../../contract/notifications.ts'
import type { Outbox } from '../../monitor/notifications/outbox.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const list = route({
  method: 'get',
  path: '/notifications',
  tag: 'notifications',
  summary: '通知记录：发了什么、何时、为何没发',
  auth: { user: 'operate' },
  query: DeliveryQuery,
  response: DeliveryList,
})

/** What became of every notice (rulings: alerts). */
export function notificationsSection({ outbox }: { outbox: Outbox }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(list, async (c) => ok(c, await outbox.list(actorOf(c), c.req.valid('query'))))
  return app
}
