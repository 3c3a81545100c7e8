import { afterAll, beforeAll, expect, test } from 'vitest'
import { maxNoticeAlerts } from '../../src/contract/notifications.ts'
import type { UserActor } from '../../src/monitor/auth/actor.ts'
import { firing, type Notifications, startNotifications } from './rig.ts'

let rig: Notifications
beforeAll(async () => {
  rig = await startNotifications()
})
afterAll(() => rig?.close())

const kept = async (channelId: number) =>
  (await rig.sql<Array<{ key: string }>>`select key from notices where channel_id = ${channelId} order by id`).map(
    (row) => row.key,
  )

test('the same key twice is one notice, and the outbox is told once', async () => {
  const channelId = await rig.addChannel()
  let told = 0
  const end = rig.bus.on('notices_queued', () => (told += 1))
  const enqueue = () => rig.units.run((unit) => rig.outbox.enqueue(unit, { channelId, key: 'k1', notice: firing }))
  expect(await enqueue()).toEqual({ queued: true })
  expect(await enqueue()).toEqual({ queued: false, why: 'known' })
  end()
  expect(told).toBe(1)
  expect(await kept(channelId)).toEqual(['k1'])
})

test('the same key for two channels is a notice for each', async () => {
  const ids = [await rig.addChannel(), await rig.addChannel()]
  for (const channelId of ids) {
    expect(await rig.units.run((unit) => rig.outbox.enqueue(unit, { channelId, key: 'k2', notice: firing }))).toEqual({
      queued: true,
    })
  }
})

test('a notice is kept only together with what caused it', async () => {
  const channelId = await rig.addChannel()
  const failing = rig.units.run(async (unit) => {
    await rig.outbox.enqueue(unit, { channelId, key: 'k3', notice: firing })
    throw new Error('the caller fails')
  })
  await expect(failing).rejects.toThrow('the caller fails')
  expect(await kept(channelId)).toEqual([])
})

test('nothing is kept for a channel that is off or not there, and it is not among those that are told', async () => {
  const off = await rig.addChannel({ enabled: false, name: 'off' })
  const on = await rig.addChannel({ subtree: 'region-a', minSeverity: 'high', sendResolved: false, language: 'en' })
  const enqueue = (channelId: number) =>
    rig.units.run((unit) => rig.outbox.enqueue(unit, { channelId, key: 'k4', notice: firing }))
  expect(await enqueue(off)).toEqual({ queued: false, why: 'disabled' })
  expect(await enqueue(999_999)).toEqual({ queued: false, why: 'no-channel' })

  const enabled = await rig.channels.enabled()
  expect(enabled.map((channel) => channel.id)).not.toContain(off)
  expect(enabled.find((channel) => channel.id === on)).toEqual({
    id: on,
    name: 'hook',
    type: 'webhook',
    language: 'en',
    minSeverity: 'high',
    subtree: 'region-a',
    sendResolved: false,
  })
})

test('a notice lists a bounded number of alerts', async () => {
  const channelId = await rig.addChannel()
  const [alert] = firing.alerts
  const notice = { ...firing, alerts: Array.from({ length: maxNoticeAlerts + 1 }, () => alert!) }
  await expect(rig.units.run((unit) => rig.outbox.enqueue(unit, { channelId, key: 'k5', notice }))).rejects.toThrow()
  expect(await kept(channelId)).toEqual([])
})

test('the list can be of one node with all below it', async () => {
  const channelId = await rig.addChannel()
  const [alert] = firing.alerts
  const below = { ...alert!, agent_id: 'db-1', path: ['root', 'eu', 'db-1'] }
  const [of1, of2] = [firing, { ...firing, scope: 'db-1', alerts: [below] }]
  for (const [key, notice] of [['of web-1', of1] as const, ['of db-1', of2] as const]) {
    await rig.units.run((unit) => rig.outbox.enqueue(unit, { channelId, key, notice }))
  }
  const admin: UserActor = { kind: 'user', userId: 1, username: 'admin', role: 'admin' }
  const keysUnder = async (under?: string) => {
    const page = { channel_id: channelId, limit: 10, offset: 0 }
    const { total, notifications } = await rig.outbox.list(admin, under === undefined ? page : { ...page, under })
    expect(total).toBe(notifications.length)
    return notifications.map(({ key }) => key)
  }
  expect(await keysUnder()).toEqual(['of db-1', 'of web-1'])
  expect(await keysUnder('eu')).toEqual(['of db-1'])
  expect(await keysUnder('web-1')).toEqual(['of web-1'])
  expect(await keysUnder('nobody')).toEqual([])
})
