import { type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  ChannelAnswer,
  ChannelChange,
  ChannelList,
  ChannelTested,
  NewChannel,
} from '../../contract/better-monitor/channels.ts'
import { Message } from '../../contract/better-monitor/servers.ts'
import { RowId } from '../../contract/common.ts'
import { ChannelConfigInvalid } from '../../monitor/notifications/channels.errors.ts'
import type { Channels } from '../../monitor/notifications/channels.service.ts'
import type { ChannelTrial } from '../../monitor/notifications/trial.service.ts'
import { type ApiContext, type ApiEnv, languageOf } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { invalidInput } from '../http/invalid-input.ts'
import { plainRoute } from '../http/openapi.ts'

const tag = 'better-monitor: alerts'
const params = z.object({ id: RowId })
const list = plainRoute({
  method: 'get',
  path: '/alerts/channels',
  tag,
  summary: '通知渠道',
  auth: { user: 'administer' },
  response: ChannelList,
})
const get = plainRoute({
  method: 'get',
  path: '/alerts/channels/{id}',
  tag,
  summary: '单个通知渠道',
  auth: { user: 'administer' },
  params,
  response: ChannelAnswer,
  errors: [404],
})
const create = plainRoute({
  method: 'post',
  path: '/alerts/channels',
  tag,
  summary: '创建通知渠道',
  auth: { user: 'administer' },
  body: NewChannel,
  response: ChannelAnswer,
  status: 201,
  errors: [409],
})
const update = plainRoute({
  method: 'put',
  path: '/alerts/channels/{id}',
  tag,
  summary: '更新通知渠道；掩码表示保留原密钥',
  auth: { user: 'administer' },
  params,
  body: ChannelChange,
  response: ChannelAnswer,
  errors: [404],
})
const remove = plainRoute({
  method: 'delete',
  path: '/alerts/channels/{id}',
  tag,
  summary: '删除通知渠道',
  auth: { user: 'administer' },
  params,
  response: Message,
  errors: [404],
})
const tryOut = plainRoute({
  method: 'post',
  path: '/alerts/channels/{id}/test',
  tag,
  summary: '发送一条测试通知',
  auth: { user: 'administer' },
  params,
  response: ChannelTested,
  errors: [404, 409, 502, 504],
})

/** Where notices go (spec: Better Monitor 7, 通知渠道). */
export function channelsSection(parts: { channels: Channels; channelTrial: ChannelTrial }): OpenAPIHono<ApiEnv> {
  const { channels, channelTrial } = parts
  const app = createSection()
  app.openapi(list, async (c) => c.json({ channels: await channels.list() }, 200))
  app.openapi(get, async (c) => c.json({ channel: await channels.get(c.req.valid('param').id) }, 200))
  app.openapi(create, async (c) => {
    const channel = await named(c, channels.create(actorOf(c), c.req.valid('json')))
    return c.json({ channel }, 201)
  })
  app.openapi(update, async (c) => {
    const channel = await named(c, channels.change(actorOf(c), c.req.valid('param').id, c.req.valid('json')))
    return c.json({ channel }, 200)
  })
  app.openapi(remove, async (c) => {
    await channels.remove(actorOf(c), c.req.valid('param').id)
    return c.json({ message: languageOf(c) === 'zh' ? '通知渠道已删除' : 'channel deleted' }, 200)
  })
  app.openapi(tryOut, async (c) => {
    const tookMs = await channelTrial.run(actorOf(c), c.req.valid('param').id)
    const message = languageOf(c) === 'zh' ? '测试通知已送达' : 'the test was taken by the receiver'
    return c.json({ success: true as const, message, duration_ms: tookMs }, 200)
  })
  return app
}

/** A config that does not fit its type is told like any other wrong field. */
async function named<T>(c: ApiContext, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof ChannelConfigInvalid ? invalidInput(error.error, error.input, languageOf(c)) : error
  }
}
