import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Notice } from '../../src/contract/notifications.ts'
import { createAddressGuard } from '../../src/monitor/notifications/addresses.ts'
import { createDelivery, type IsStillTrue } from '../../src/monitor/notifications/delivery.service.ts'
import { createSend } from '../../src/monitor/notifications/send.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { until } from '../support/until.ts'
import { type Answer, startReceiver } from './receivers.ts'
import { firing, type Notifications, startNotifications } from './rig.ts'

const timeoutMs = 60_000
const leaseMs = 65_000

let rig: Notifications
let receiver: Awaited<ReturnType<typeof startReceiver>>
let answer: Answer | null
let isStillTrue: IsStillTrue
beforeAll(async () => {
  rig = await startNotifications()
  await rig.sql`insert into nodes (agent_id, name, role, path, is_self) values ('root', 'root', 'monitor', array['root'], true)`
})
afterAll(() => rig?.close())
beforeEach(async () => {
  answer = { status: 200 }
  isStillTrue = async () => 'send'
  receiver = await startReceiver(() => answer)
})
afterEach(() => receiver.close())

const newDelivery = () =>
  createDelivery({
    database: rig.database,
    units: rig.units,
    configOf: (row) => rig.channels.configOf(row),
    send: createSend({
      guard: createAddressGuard({ allowed: ['127.0.0.1'], lookup: async () => [] }),
      ca: undefined,
      timeoutMs,
    }),
    isStillTrue: (notice) => isStillTrue(notice),
    limits: { timeoutMs, concurrency: 2, maxAttempts: 3, retryMinMs: 1_000, retryMaxMs: 60_000 },
    clock: () => rig.time.now,
    random: () => 1,
    logger: createLogger({ level: 'silent' }),
  })

const addHook = (url = receiver.url) => rig.addChannel({ config: { url } })
async function tell(channelId: number, key: string = randomUUID(), notice: Notice = firing): Promise<string> {
  await rig.units.run((unit) => rig.outbox.enqueue(unit, { channelId, key, notice }))
  return key
}
interface Kept {
  key: string
  state: string
  reason: string | null
  attempts: number
  last_error: string | null
}
const kept = async (channelId: number) =>
  await rig.sql<Kept[]>`
    select key, state, reason, attempts, last_error from notices where channel_id = ${channelId} order by id`
const only = async (channelId: number) => (await kept(channelId))[0]!

test('what is in the outbox is sent once, in order, whoever drains it, and at once', async () => {
  const [one, two] = [await addHook(), await addHook()]
  const keys: string[] = []
  for (let i = 0; i < 5; i++) keys.push(await tell(one, `n${i}`), await tell(two, `n${i}`))
  await Promise.all([newDelivery().drain(), newDelivery().drain(), newDelivery().drain()])
  await newDelivery().drain()
  expect(receiver.received).toHaveLength(10)
  expect(new Set(receiver.received.map((got) => got.headers['idempotency-key'])).size).toBe(10)
  for (const id of [one, two]) {
    expect((await kept(id)).map(({ key, state }) => `${key} ${state}`)).toEqual(
      Array.from({ length: 5 }, (_, i) => `n${i} sent`),
    )
  }
  const uids = await rig.sql<Array<{ uid: string }>>`select uid from notices where channel_id = ${one} order by id`
  const order = receiver.received.map((got) => got.headers['idempotency-key'])
  const ofOne = order.filter((uid) => uids.some((row) => row.uid === uid))
  expect(ofOne).toEqual(uids.map((row) => row.uid))
})

test('a receiver that fails is tried again after a while, with the same key, and then no more; what follows waits', async () => {
  const id = await addHook()
  await tell(id, 'first')
  await tell(id, 'second')
  answer = { status: 503 }
  const delivery = newDelivery()
  await delivery.drain()
  await delivery.drain()
  expect(receiver.received).toHaveLength(1)
  expect(await only(id)).toMatchObject({ state: 'pending', reason: 'refused', attempts: 1 })
  rig.time.now += 2_000
  await delivery.drain()
  expect(receiver.received).toHaveLength(2)
  rig.time.now += 4_000
  await delivery.drain()
  expect((await kept(id)).map((row) => [row.state, row.attempts])).toEqual([
    ['failed', 3],
    ['pending', 1],
  ])
  expect(await only(id)).toMatchObject({ reason: 'refused_too_often', last_error: expect.stringContaining('503') })
  const keys = receiver.received.map((got) => got.headers['idempotency-key'])
  expect(new Set(keys.slice(0, 3)).size).toBe(1)
  const intents = await rig.sql`select data from intents where type = 'blocker' and data like '%refused_too_often%'`
  expect(intents).toHaveLength(1)
})

test('a receiver that asks for a pause gets it', async () => {
  const id = await addHook()
  await tell(id)
  answer = { status: 429, headers: { 'Retry-After': '90' } }
  const delivery = newDelivery()
  await delivery.drain()
  rig.time.now += 89_000
  answer = { status: 200 }
  await delivery.drain()
  expect(receiver.received).toHaveLength(1)
  rig.time.now += 1_000
  await delivery.drain()
  expect(await only(id)).toMatchObject({ state: 'sent', attempts: 2 })
})

test('a receiver that is not there is tried again; one channel does not hold up another', async () => {
  const [dead, alive] = [await addHook('http://127.0.0.1:1/'), await addHook()]
  await tell(dead)
  await tell(alive)
  await newDelivery().drain()
  expect(await only(dead)).toMatchObject({ state: 'pending', reason: 'connection_failed' })
  expect(await only(alive)).toMatchObject({ state: 'sent' })
})

test('what can never succeed is tried once', async () => {
  const id = await addHook()
  await tell(id)
  answer = { status: 404, body: 'gone' }
  await newDelivery().drain()
  expect(await only(id)).toMatchObject({ state: 'failed', reason: 'refused', attempts: 1 })
})

test('what is over by then is not told, and says why', async () => {
  const id = await addHook()
  await tell(id)
  isStillTrue = async (notice) => (notice.kind === 'firing' ? { drop: 'over' } : 'send')
  await newDelivery().drain()
  expect(receiver.received).toHaveLength(0)
  expect(await only(id)).toMatchObject({ state: 'dropped', reason: 'over' })
})

test('a channel that is turned off or deleted meanwhile is not told', async () => {
  const [off, gone] = [await addHook(), await addHook()]
  await tell(off, 'off')
  await tell(gone, 'gone')
  const actor = { kind: 'system', name: 'test' } as const
  await rig.channels.change(actor, off, { enabled: false })
  await rig.channels.remove(actor, gone)
  await newDelivery().drain()
  expect(receiver.received).toHaveLength(0)
  const rows = await rig.sql`select key, state, reason from notices where key in ('off', 'gone') order by id`
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { key: 'off', state: 'dropped', reason: 'channel_disabled' },
    { key: 'gone', state: 'dropped', reason: 'channel_deleted' },
  ])
})

test('secrets that cannot be read end the notice with what to do, and stop nothing else', async () => {
  const id = await rig.addChannel({ config: { url: receiver.url }, secrets: 'v1.nonsense' })
  const other = await addHook()
  await tell(id)
  await tell(other)
  await newDelivery().drain()
  expect(await only(id)).toMatchObject({ state: 'failed', reason: 'secrets_unreadable' })
  expect(await only(other)).toMatchObject({ state: 'sent' })
})

test('what was handed over when its node died is not sent again; what was only claimed is; and what follows goes on', async () => {
  const [handed, claimed] = [await addHook(), await addHook()]
  for (const key of ['a', 'b']) await tell(handed, key)
  await tell(claimed, 'c')
  const leasedUntil = new Date(rig.time.now + leaseMs)
  await rig.sql`update notices set state = 'sending', attempts = 1, leased_until = ${leasedUntil} where channel_id = ${handed} and key = 'a'`
  await rig.sql`update notices set attempts = 1, leased_until = ${leasedUntil} where channel_id = ${claimed}`
  const delivery = newDelivery()
  await delivery.drain()
  expect(receiver.received).toHaveLength(0)
  rig.time.now += leaseMs + 1
  await delivery.drain()
  expect((await kept(handed)).map(({ key, state, reason }) => [key, state, reason])).toEqual([
    ['a', 'failed', 'interrupted'],
    ['b', 'sent', null],
  ])
  expect(await only(claimed)).toMatchObject({ state: 'sent', attempts: 2 })
  expect(receiver.received).toHaveLength(2)
})

test('an attempt whose claim has run out gives nothing to the receiver', async () => {
  const id = await addHook()
  await tell(id)
  isStillTrue = async () => {
    rig.time.now += leaseMs + 1
    return 'send'
  }
  const delivery = newDelivery()
  const draining = delivery.drain()
  await until('it was claimed again and again', async () => (await only(id)).attempts > 1)
  isStillTrue = async () => 'send'
  await draining
  expect(receiver.received).toHaveLength(1)
  expect(await only(id)).toMatchObject({ state: 'sent' })
})

test('a stop begins nothing new', async () => {
  const id = await addHook()
  await tell(id)
  const delivery = newDelivery()
  await delivery.stop()
  await delivery.drain()
  expect(receiver.received).toHaveLength(0)
  expect(await only(id)).toMatchObject({ state: 'pending' })
})
