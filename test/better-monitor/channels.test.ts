import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Channel } from '../../src/contract/better-monitor/channels.ts'
import { expectBody, expectPlainError, type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site?.close())

const mask = '******'
/** The document's own example. */
const documented = {
  type: 'email',
  name: '邮件通知',
  config:
    '{"smtp_host":"smtp.gmail.com","smtp_port":587,"username":"user@gmail.com","password":"password","from":"alerts@example.com","to":"admin@example.com"}',
  enabled: true,
}
const hook = { type: 'webhook', name: 'hook', config: { url: 'https://hooks.example.com/in', secret: 'hook-secret' } }

const channelOf = (body: unknown) => z.object({ channel: Channel }).parse(body).channel
const configOf = (channel: Channel) => JSON.parse(channel.config) as Record<string, unknown>
const add = async (body: object) => channelOf(expectBody(await site.admin.post('/alerts/channels', body), 201))
const list = async () =>
  z.object({ channels: z.array(Channel) }).parse(expectBody(await site.admin.get('/alerts/channels'))).channels
const auditText = async () => JSON.stringify(await site.node.sql`select actor, action, target, details from audit_log`)
const tablesText = async () => JSON.stringify(await site.node.sql`select * from notification_channels`)

test('the document’s own example is taken as it stands, and shown with its password masked', async () => {
  const created = await add(documented)
  expect(created).toMatchObject({ type: 'email', name: '邮件通知', enabled: true, language: 'zh', send_resolved: true })
  expect(configOf(created)).toEqual({ ...(JSON.parse(documented.config) as object), password: mask })
  expect(await list()).toContainEqual(created)
  expect(channelOf(expectBody(await site.admin.get(`/alerts/channels/${created.id}`)))).toEqual(created)
})

const everyType = {
  email: {
    smtp_host: 'mail.example.com',
    password: 'S3CRET-email',
    from: 'Ops <a@example.com>',
    to: ['a@b.cc', 'c@d.ee'],
  },
  webhook: {
    url: 'https://hooks.example.com/in?token=S3CRET-query',
    secret: 'S3CRET-hmac',
    headers: { Authorization: 'Bearer S3CRET-header' },
  },
  telegram: { bot_token: '12345:S3CRET-telegram', chat_id: -100123 },
  dingtalk: { url: 'https://oapi.dingtalk.com/robot/send?access_token=S3CRET-ding', secret: 'SECS3CRET' },
  feishu: { url: 'https://open.feishu.cn/open-apis/bot/v2/hook/S3CRET-feishu', secret: 'S3CRET-sign' },
  wecom: { url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=S3CRET-wecom' },
  slack: { url: 'https://hooks.slack.com/services/T0/B0/S3CRET-slack' },
  serverchan: { send_key: 'SCTS3CRET' },
  bark: { device_key: 'S3CRET-bark', sound: 'alarm' },
}

describe.each(Object.entries(everyType))('a channel of type %s', (type, config) => {
  test('is taken as an object and as a JSON text, and its secrets are in no answer, no table and no log', async () => {
    const asObject = await add({ type, name: type, config })
    const asText = await add({ type, name: type, config: JSON.stringify(config) })
    expect(asText.config).toBe(asObject.config)
    expect(asText.config).toContain(mask)
    for (const text of [asObject.config, JSON.stringify(await list()), await tablesText(), await auditText()]) {
      expect(text).not.toContain('S3CRET')
    }
  })

  test('keeps its secrets when it is sent back as it was shown', async () => {
    const shown = await add({ type, name: type, config })
    const sealed = async () =>
      (await site.node.sql`select secrets from notification_channels where id = ${shown.id}`)[0]
    const path = `/alerts/channels/${shown.id}`
    expectBody(await site.admin.put(path, { name: 'renamed', config: shown.config }))
    expect(await sealed()).toBeTruthy()
    const again = channelOf(expectBody(await site.admin.get(path)))
    expect(again).toEqual({ ...shown, name: 'renamed', updated_at: again.updated_at })
  })

  test('with an unknown field is 400 and names it', async () => {
    const answer = await site.admin.post('/alerts/channels', { type, name: type, config: { ...config, colour: 'red' } })
    expect(expectPlainError(answer, 400, 'INVALID_REQUEST')).toContain('colour')
  })

  test('without its config is 400 and names a field of it', async () => {
    const answer = await site.admin.post('/alerts/channels', { type, name: type, config: '{}' })
    expect(expectPlainError(answer, 400, 'INVALID_REQUEST')).toContain('config.')
  })
})

test.each([
  ['type', { ...hook, type: 'pigeon' }],
  ['name', { ...hook, name: ' ' }],
  ['name', { type: hook.type, config: hook.config }],
  ['config', { ...hook, config: '{"url":' }],
  ['config', { ...hook, config: '[1]' }],
  ['config', { ...hook, config: 7 }],
  ['config.url', { ...hook, config: { url: 'ftp://example.com' } }],
  ['config.url', { ...hook, config: { url: 'https://user:word@example.com/' } }],
  ['config.url', { ...hook, config: '{"url":7}' }],
  ['config.headers', { ...hook, config: { ...hook.config, headers: { Host: 'other' } } }],
  ['config.headers', { ...hook, config: { ...hook.config, headers: { 'X-A': 'a\r\nX-B: b' } } }],
  ['config.secret', { ...hook, config: { ...hook.config, secret: mask } }],
  ['config.to', { ...documented, config: { smtp_host: 'a.b', from: 'a@b.cc', to: 'a@b.cc\r\nBcc: x@y.zz' } }],
  ['config.to', { ...documented, config: { smtp_host: 'a.b', from: 'a@b.cc', to: '' } }],
  ['config.from', { ...documented, config: { smtp_host: 'a.b', from: 'nobody', to: 'a@b.cc' } }],
  ['config.smtp_host', { ...documented, config: { smtp_host: 'a b', from: 'a@b.cc', to: 'a@b.cc' } }],
  ['config.smtp_port', { ...documented, config: { smtp_host: 'a.b', smtp_port: 0, from: 'a@b.cc', to: 'a@b.cc' } }],
  ['config.bot_token', { type: 'telegram', name: 't', config: { bot_token: '1/../2', chat_id: 1 } }],
  ['enabled', { ...hook, enabled: 'yes' }],
  ['language', { ...hook, language: 'fr' }],
  ['min_severity', { ...hook, min_severity: 'worst' }],
  ['subtree', { ...hook, subtree: 'no-such-node' }],
  ['colour', { ...hook, colour: 'red' }],
])('a wrong %s is 400, names the field and adds nothing (%#)', async (field, body) => {
  const before = await list()
  expect(expectPlainError(await site.admin.post('/alerts/channels', body), 400, 'INVALID_REQUEST')).toContain(field)
  expect(await list()).toEqual(before)
})

test('wrong fields are named in both languages', async () => {
  const body = { ...hook, config: '{"url":"https://a.bc","secret":7}' }
  const english = await site.admin.with({ 'Accept-Language': 'en' }).post('/alerts/channels', body)
  expect(expectPlainError(english, 400, 'INVALID_REQUEST')).toMatch(
    /Invalid request: config\.secret: .*expected string/,
  )
  expect(expectPlainError(await site.admin.post('/alerts/channels', body), 400, 'INVALID_REQUEST')).toMatch(
    /请求参数无效：config\.secret: .*期望/,
  )
})

describe('a change', () => {
  test('changes what is given and leaves the rest', async () => {
    const before = await add(hook)
    const path = `/alerts/channels/${before.id}`
    const change = {
      enabled: false,
      min_severity: 'high',
      subtree: 'monitor-root',
      language: 'en',
      send_resolved: false,
    }
    const after = channelOf(expectBody(await site.admin.put(path, change)))
    expect(after).toEqual({ ...before, ...change, updated_at: after.updated_at })
    const back = channelOf(expectBody(await site.admin.put(path, { min_severity: null, subtree: null })))
    expect(back).toMatchObject({ min_severity: null, subtree: null, enabled: false })
  })

  test('of the type is refused; of the same type is not', async () => {
    const { id } = await add(hook)
    expect(
      expectPlainError(await site.admin.put(`/alerts/channels/${id}`, { type: 'slack' }), 400, 'INVALID_REQUEST'),
    ).toContain('type')
    expectBody(await site.admin.put(`/alerts/channels/${id}`, { type: 'webhook' }))
  })

  test('that leads a kept secret to another server is refused, and changes nothing', async () => {
    const mail = await add(documented)
    const hooked = await add(hook)
    const moves: Array<[Channel, Record<string, unknown>, string]> = [
      [mail, { ...configOf(mail), smtp_host: 'evil.example.com' }, 'config.password'],
      [mail, { ...configOf(mail), security: 'none' }, 'config.password'],
      [hooked, { ...configOf(hooked), url: 'https://evil.example.com/' }, 'config.secret'],
    ]
    for (const [channel, config, field] of moves) {
      const path = `/alerts/channels/${channel.id}`
      expect(expectPlainError(await site.admin.put(path, { config }), 400, 'INVALID_REQUEST')).toContain(field)
      expect(channelOf(expectBody(await site.admin.get(path)))).toEqual(channel)
    }
    const moved = { ...configOf(mail), smtp_host: 'other.example.com', password: 'entered again' }
    expectBody(await site.admin.put(`/alerts/channels/${mail.id}`, { config: moved }))
  })

  test('of one header keeps the others that are masked', async () => {
    const made = await add({ ...hook, config: { ...hook.config, headers: { 'X-A': 'one', 'X-B': 'two' } } })
    const config = { ...configOf(made), headers: { 'X-A': mask, 'X-B': 'three' } }
    expectBody(await site.admin.put(`/alerts/channels/${made.id}`, { config }))
    const unknown = { ...configOf(made), headers: { 'X-C': mask } }
    expectPlainError(await site.admin.put(`/alerts/channels/${made.id}`, { config: unknown }), 400, 'INVALID_REQUEST')
  })
})

test('a channel that is deleted is gone, and one that never was is 404', async () => {
  const { id } = await add(hook)
  const path = `/alerts/channels/${id}`
  expectBody(await site.admin.delete(path))
  expectPlainError(await site.admin.get(path), 404, 'NOT_FOUND')
  expectPlainError(await site.admin.put(path, { name: 'x' }), 404, 'NOT_FOUND')
  expectPlainError(await site.admin.delete(path), 404, 'NOT_FOUND')
  expectPlainError(await site.admin.get('/alerts/channels/first'), 400, 'INVALID_REQUEST')
})

test('only an admin sees and changes channels', async () => {
  const { id } = await add(hook)
  const before = await list()
  const attempts = [
    (api: Site['admin']) => api.get('/alerts/channels'),
    (api: Site['admin']) => api.get(`/alerts/channels/${id}`),
    (api: Site['admin']) => api.post('/alerts/channels', hook),
    (api: Site['admin']) => api.put(`/alerts/channels/${id}`, { enabled: false }),
    (api: Site['admin']) => api.delete(`/alerts/channels/${id}`),
  ]
  for (const role of ['operator', 'user', 'viewer'] as const) {
    const { api } = await site.person(role)
    for (const attempt of attempts) expectPlainError(await attempt(api), 403, 'FORBIDDEN')
  }
  for (const attempt of attempts) expectPlainError(await attempt(site.anonymous), 401, 'UNAUTHORIZED')
  expect(await list()).toEqual(before)
})

test('who added, changed and deleted a channel is in the audit log', async () => {
  const { id } = await add({ ...hook, name: 'audited' })
  expectBody(await site.admin.put(`/alerts/channels/${id}`, { enabled: false }))
  expectBody(await site.admin.delete(`/alerts/channels/${id}`))
  const rows = await site.node.sql<Array<{ actor: string; action: string }>>`
    select actor, action from audit_log where target = ${String(id)} and action like 'channel.%' order by id`
  expect(rows.map(({ actor, action }) => ({ actor, action }))).toEqual(
    ['create', 'change', 'delete'].map((act) => ({ actor: 'admin', action: `channel.${act}` })),
  )
})

test('secrets of another key are shown as lost, and can be entered again', async () => {
  const { id } = await add(documented)
  await site.node.sql`update notification_channels set uid = 'another-place' where id = ${id}`
  const path = `/alerts/channels/${id}`
  const lost = channelOf(expectBody(await site.admin.get(path)))
  expect(lost.secrets_lost).toBe(true)
  expect(configOf(lost)).toMatchObject({ smtp_host: 'smtp.gmail.com' })
  expectBody(await site.admin.put(path, { config: documented.config }))
  expect(channelOf(expectBody(await site.admin.get(path))).secrets_lost).toBe(false)
})
