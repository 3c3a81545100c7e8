import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ChannelTested } from '../../src/contract/better-monitor/channels.ts'
import { expectBody, expectPlainError, type Site, startSite } from '../better-monitor/site.ts'
import { makeCertificate } from './certificate.ts'
import { type Answer, type Mail, mailAccount, type Received, startMailServer, startReceiver } from './receivers.ts'

const certificate = makeCertificate()
let site: Site
let receiver: Awaited<ReturnType<typeof startReceiver>>
let answer: Answer | null = { body: {} }
beforeAll(async () => {
  receiver = await startReceiver(() => answer)
  site = await startSite({
    CORTEX_NOTIFICATIONS_ALLOWED_ADDRESSES: '127.0.0.1,localhost',
    CORTEX_NOTIFICATIONS_CA_FILE: certificate.certFile,
    CORTEX_NOTIFICATIONS_TIMEOUT_MS: '1500',
  })
})
afterAll(async () => {
  await site?.close()
  await receiver?.close()
  certificate.remove()
})

const Created = z.object({ channel: z.object({ id: z.number() }) })
async function add(type: string, config: object, more: object = {}): Promise<number> {
  const body = { type, name: `my ${type}`, config, ...more }
  return Created.parse(expectBody(await site.admin.post('/alerts/channels', body), 201)).channel.id
}
const tryOut = (id: number) => site.admin.post(`/alerts/channels/${id}/test`)
async function receivedBy(type: string, config: object, said: Answer, more: object = {}): Promise<Received> {
  answer = said
  ChannelTested.parse(expectBody(await tryOut(await add(type, config, more))))
  return receiver.received.at(-1)!
}
const lastNotice = async (id: number) => {
  const list = await site.node.admin.get(`/notifications?channel_id=${id}`)
  const Listed = z.object({ data: z.object({ notifications: z.array(z.looseObject({ state: z.string() })) }) })
  return Listed.parse(list.body).data.notifications[0]!
}

describe('a test reaches', () => {
  test('a webhook, signed, with a key for repeats and the headers that were given', async () => {
    const config = { url: `${receiver.url}/in?token=t`, secret: 'hook-secret', headers: { 'X-Team': 'ops' } }
    const got = await receivedBy('webhook', config, { status: 204 }, { language: 'en' })
    const timestamp = String(got.headers['x-cortex-timestamp'])
    const signature = createHmac('sha256', 'hook-secret').update(`${timestamp}.${got.text}`).digest('hex')
    expect(got.headers['x-cortex-signature']).toBe(`sha256=${signature}`)
    expect(got.headers['idempotency-key']).toBe(got.body['id'])
    expect(got.headers['x-team']).toBe('ops')
    expect(got).toMatchObject({ path: '/in', body: { kind: 'test', title: '[TEST] Cortex', scope: 'monitor-root' } })
    expect(got.query.get('token')).toBe('t')
  })

  test('a webhook without a secret, unsigned', async () => {
    const got = await receivedBy('webhook', { url: receiver.url }, {})
    expect(got.headers['x-cortex-signature']).toBeUndefined()
  })

  test('telegram', async () => {
    const config = { bot_token: '123:abc', chat_id: -42, server_url: receiver.url }
    const got = await receivedBy('telegram', config, { body: { ok: true, result: {} } })
    expect(got.path).toBe('/bot123:abc/sendMessage')
    expect(got.body).toMatchObject({ chat_id: '-42', text: expect.stringContaining('【测试】Cortex') })
  })

  test('dingtalk, signed', async () => {
    const config = { url: `${receiver.url}/robot/send?access_token=t`, secret: 'SECabc' }
    const got = await receivedBy('dingtalk', config, { body: { errcode: 0, errmsg: 'ok' } })
    const timestamp = got.query.get('timestamp')!
    expect(got.query.get('sign')).toBe(createHmac('sha256', 'SECabc').update(`${timestamp}\nSECabc`).digest('base64'))
    expect(got.query.get('access_token')).toBe('t')
    expect(got.body).toMatchObject({ msgtype: 'text', at: { isAtAll: false } })
  })

  test('feishu, signed', async () => {
    const config = { url: `${receiver.url}/open-apis/bot/v2/hook/h`, secret: 'sign-secret' }
    const got = await receivedBy('feishu', config, { body: { code: 0, msg: 'success' } })
    const { timestamp, sign } = z.object({ timestamp: z.string(), sign: z.string() }).parse(got.body)
    expect(sign).toBe(createHmac('sha256', `${timestamp}\nsign-secret`).update('').digest('base64'))
    expect(got.body).toMatchObject({ msg_type: 'text' })
  })

  test('wecom', async () => {
    const got = await receivedBy('wecom', { url: `${receiver.url}/send?key=k` }, { body: { errcode: 0 } })
    expect(got.body).toMatchObject({ msgtype: 'text', text: { content: expect.stringContaining('测试') } })
  })

  test('slack', async () => {
    const got = await receivedBy('slack', { url: `${receiver.url}/services/T/B/x` }, { body: 'ok' })
    expect(got.body).toMatchObject({ text: expect.stringContaining('测试'), mrkdwn: false })
  })

  test('serverchan', async () => {
    const got = await receivedBy('serverchan', { send_key: 'SCTkey', server_url: receiver.url }, { body: { code: 0 } })
    expect(got.path).toBe('/SCTkey.send')
    expect(got.body).toMatchObject({ title: '【测试】Cortex' })
  })

  test('bark', async () => {
    const config = { device_key: 'dev', server_url: `${receiver.url}/`, sound: 'alarm' }
    const got = await receivedBy('bark', config, { body: { code: 200, message: 'success' } })
    expect(got.path).toBe('/push')
    expect(got.body).toMatchObject({ device_key: 'dev', sound: 'alarm', title: '【测试】Cortex' })
  })
})

describe('what a service says inside a 200, or by its status, is told and not taken for success', () => {
  const robot = () => ({ url: `${receiver.url}/hook/0123456789abcdef0123` })
  test.each([
    [
      'telegram',
      () => ({ bot_token: '1:secret', chat_id: 1, server_url: receiver.url }),
      { ok: false, error_code: 400, description: 'chat not found' },
      'chat not found',
    ],
    ['dingtalk', robot, { errcode: 310000, errmsg: 'sign not match' }, 'sign not match'],
    ['feishu', robot, { code: 19021, msg: 'sign match fail' }, 'sign match fail'],
    ['wecom', robot, { errcode: 93000, errmsg: 'invalid webhook url' }, 'invalid webhook url'],
    [
      'serverchan',
      () => ({ send_key: 'SCTkey', server_url: receiver.url }),
      { code: 40001, message: 'bad key' },
      'bad key',
    ],
    [
      'bark',
      () => ({ device_key: 'dev', server_url: receiver.url }),
      { code: 400, message: 'no such device' },
      'no such device',
    ],
  ])('%s', async (type, config, body, said) => {
    answer = { body }
    expect(expectPlainError(await tryOut(await add(type, config())), 502, 'DELIVERY_FAILED')).toContain(said)
  })

  test.each([400, 401, 404, 429, 500, 503])('a webhook that answers %i', async (status) => {
    answer = { status, body: 'not today' }
    const id = await add('webhook', { url: receiver.url })
    const text = expectPlainError(await tryOut(id), 502, 'DELIVERY_FAILED')
    expect(text).toContain(`${status}: not today`)
    expect(await lastNotice(id)).toMatchObject({ state: 'failed', reason: 'refused', attempts: 1 })
  })

  test('a secret that a receiver says again is not told on', async () => {
    answer = { status: 403, body: 'token 0123456789abcdef0123 is revoked, hook-secret too' }
    const id = await add('webhook', { ...robot(), secret: 'hook-secret' })
    const text = expectPlainError(await tryOut(id), 502, 'DELIVERY_FAILED')
    expect(text).toContain('is revoked')
    expect(text + JSON.stringify(await lastNotice(id))).not.toMatch(/0123456789abcdef0123|hook-secret/)
  })
})

test('a receiver that does not answer is 504', async () => {
  answer = null
  const id = await add('webhook', { url: receiver.url })
  expectPlainError(await tryOut(id), 504, 'TIMEOUT')
  expect(await lastNotice(id)).toMatchObject({ state: 'failed', reason: 'timeout' })
})

describe('a channel leads nowhere inside, unless the config allows it', () => {
  const before = () => receiver.received.length
  test.each([
    ['127.0.0.2', (port: number) => ({ url: `http://127.0.0.2:${port}/` })],
    ['another spelling', (port: number) => ({ url: `http://0x7f000002:${port}/` })],
    ['IPv4 in IPv6', (port: number) => ({ url: `http://[::ffff:127.0.0.2]:${port}/` })],
    ['IPv6 loopback', (port: number) => ({ url: `http://[::1]:${port}/` })],
    ['the metadata service', () => ({ url: 'http://169.254.169.254/latest/meta-data/' })],
  ])('%s', async (_, config) => {
    const count = before()
    const text = expectPlainError(await tryOut(await add('webhook', config(receiver.port))), 502, 'DELIVERY_FAILED')
    expect(text).toContain('allowed_addresses')
    expect(receiver.received).toHaveLength(count)
  })

  test('a redirect is not followed', async () => {
    answer = { status: 307, headers: { Location: `${receiver.url}/elsewhere` } }
    const count = before()
    const text = expectPlainError(
      await tryOut(await add('webhook', { url: `${receiver.url}/start` })),
      502,
      'DELIVERY_FAILED',
    )
    expect(text).toContain('307')
    expect(receiver.received.slice(count).map((got) => got.path)).toEqual(['/start'])
  })

  test('nor does a mail server', async () => {
    const config = { smtp_host: '127.0.0.2', smtp_port: receiver.port, from: 'a@b.cc', to: 'c@d.ee' }
    expect(expectPlainError(await tryOut(await add('email', config)), 502, 'DELIVERY_FAILED')).toContain('127.0.0.2')
  })
})

describe('mail', () => {
  const { user, password } = mailAccount
  const configOf = (smtp_port: number, more: object = {}) => {
    const people = { from: `Cortex <${user}>`, to: 'one@example.com, two@example.com' }
    return { smtp_host: 'localhost', smtp_port, username: user, password, ...people, ...more }
  }
  async function withServer(
    options: Omit<Parameters<typeof startMailServer>[0], 'key' | 'cert'>,
    use: (port: number, mails: Mail[]) => Promise<void>,
  ) {
    const { key, cert } = certificate
    const server = await startMailServer({ key, cert, ...options })
    try {
      await use(server.port, server.mails)
    } finally {
      await server.close()
    }
  }

  test.each([
    ['STARTTLS', {}, {}],
    ['TLS from the start', { secure: true }, { security: 'tls' }],
  ])('goes out over %s, with a login, to everybody', (_, options, more) =>
    withServer(options, async (port, mails) => {
      expectBody(await tryOut(await add('email', configOf(port, more), { language: 'en' })))
      expect(mails).toHaveLength(1)
      expect(mails[0]).toMatchObject({ from: user, to: ['one@example.com', 'two@example.com'], secure: true, user })
      expect(mails[0]!.text).toMatch(/^Subject: \[TEST\] Cortex\r$/m)
      expect(mails[0]!.text).toMatch(/^Message-ID: <[0-9a-f-]{36}@example\.com>\r$/m)
    }),
  )

  test('is not sent, and no password given, where there is no encryption; only when the channel says so', () =>
    withServer({ plain: true }, async (port, mails) => {
      expectPlainError(await tryOut(await add('email', configOf(port))), 502, 'DELIVERY_FAILED')
      expect(mails).toEqual([])
      const open = configOf(port, { security: 'none', username: '', password: '' })
      expectBody(await tryOut(await add('email', open)))
      expect(mails).toMatchObject([{ secure: false }])
    }))

  test('with a wrong password is refused in the words of the server', () =>
    withServer({}, async (port) => {
      const id = await add('email', configOf(port, { password: 'guessed' }))
      expect(expectPlainError(await tryOut(id), 502, 'DELIVERY_FAILED')).toContain('535')
      expect(await lastNotice(id)).toMatchObject({ reason: 'login_failed' })
    }))

  test('that the server does not take is refused in its words', () =>
    withServer({ refuse: { code: 554, text: 'looks like spam' } }, async (port) => {
      const text = expectPlainError(await tryOut(await add('email', configOf(port))), 502, 'DELIVERY_FAILED')
      expect(text).toContain('looks like spam')
    }))
})

test('a test is for an admin, of a channel that is there, whose secrets can be read; and it is audited', async () => {
  answer = {}
  const id = await add('webhook', { url: receiver.url, secret: 'hook-secret' }, { enabled: false })
  expectBody(await tryOut(id))
  expectPlainError(await tryOut(999_999), 404, 'NOT_FOUND')
  expectPlainError(await site.anonymous.post(`/alerts/channels/${id}/test`), 401, 'UNAUTHORIZED')
  for (const role of ['operator', 'user', 'viewer'] as const) {
    const { api } = await site.person(role)
    expectPlainError(await api.post(`/alerts/channels/${id}/test`), 403, 'FORBIDDEN')
  }
  const audited = await site.node.sql`select 1 from audit_log where action = 'channel.test' and target = ${String(id)}`
  expect(audited).toHaveLength(1)
  await site.node.sql`update notification_channels set uid = 'another-place' where id = ${id}`
  expectPlainError(await tryOut(id), 409, 'CONFLICT')
})

test('what was sent is listed for admins and operators; a user of some servers and a viewer may not read it', async () => {
  const statusOf = async (role: 'operator' | 'user' | 'viewer') =>
    (await (await site.node.person(role)).api.get('/notifications?state=sent&limit=1')).status
  expect([await statusOf('operator'), await statusOf('user'), await statusOf('viewer')]).toEqual([200, 403, 403])
  expect((await site.node.admin.get('/notifications?state=lost')).status).toBe(400)
  expect((await site.node.anonymous.get('/notifications')).status).toBe(401)
})
