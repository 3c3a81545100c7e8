import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { limits } from './limits.ts'
import { type AlertingRig, startAlertingRig } from './rig.ts'

let rig: AlertingRig
beforeEach(async () => {
  rig = await startAlertingRig()
})
afterEach(() => rig?.close())

/** Time goes by, and then a look at everything and the outbox. */
async function after(ms: number): Promise<string[]> {
  rig.time.now += ms
  await rig.alerting.pass()
  return await rig.deliver()
}

test('forty alerts of one region are one notice, and one recovery', async () => {
  await rig.addChannel()
  for (let index = 0; index < 40; index++) {
    await rig.grow(`host-${index}`, 'eu')
    await rig.raise(`host-${index}`, 'node_offline', { severity: index === 7 ? 'critical' : 'high' })
    if (index % 10 === 0) await after(1_000)
  }
  await rig.raise('web-1', 'disk_full')
  await after(0)
  expect(await after(limits.groupWaitMs)).toHaveLength(2)
  const [region, other] = (await rig.queued()).map(({ notice }) => notice)
  expect(region).toMatchObject({ kind: 'firing', severity: 'critical', scope: 'eu', omitted: 0, site: 'Cortex' })
  expect(region?.alerts).toHaveLength(40)
  expect(region?.alerts[0]).toMatchObject({ agent_id: 'host-7', path: ['root', 'eu', 'host-7'] })
  expect(other).toMatchObject({ scope: 'web-1', alerts: [{ agent_id: 'web-1', description: 'disk_full on web-1' }] })
  expect(await after(60_000)).toEqual([])

  for (let index = 0; index < 40; index++) await rig.clear(`host-${index}`, 'node_offline')
  expect(await after(0)).toEqual([])
  const [recovery, ...more] = await after(limits.groupWaitMs)
  expect(recovery).toMatch(/^resolved host-0:node_offline/)
  expect(more).toEqual([])
})

test('an alert that ends while it waits for its group is never told, nor its end', async () => {
  await rig.addChannel()
  await rig.raise('db-1', 'cpu_high')
  expect(await after(0)).toEqual([])
  await rig.clear('db-1', 'cpu_high')
  expect(await after(limits.groupWaitMs)).toEqual([])
  expect(await after(limits.repeatMs)).toEqual([])
  expect(await rig.queued()).toEqual([])
  expect([...(await rig.sql`select * from told_faults`)]).toEqual([])
})

test('one that stays open is told again when it is due, and not after somebody has acknowledged it', async () => {
  await rig.addChannel()
  const id = await rig.raise('db-1', 'cpu_high')
  await rig.raise('web-1', 'cpu', { origin: 'rule', details: { repeat_interval_s: 600 } })
  await rig.raise('db-2', 'cpu_high', { origin: 'issue', details: { repeat_interval_s: 60 } })
  await after(0)
  expect(await after(limits.groupWaitMs)).toEqual(['firing db-1:cpu_high db-2:cpu_high', 'firing web-1:cpu'])
  expect(await after(600_000)).toEqual(['repeat web-1:cpu'])
  expect(await after(limits.repeatMs - 600_000)).toEqual(['repeat db-1:cpu_high db-2:cpu_high', 'repeat web-1:cpu'])
  await rig.acknowledge(id)
  expect(await after(limits.repeatMs)).toEqual(['repeat db-2:cpu_high', 'repeat web-1:cpu'])
  await rig.clear('db-1', 'cpu_high')
  await after(0)
  expect(await after(limits.groupWaitMs)).toEqual(['resolved db-1:cpu_high'])
  const [row] = await rig.sql`select notified_at from alerts where id = ${id}`
  expect(row?.['notified_at']).toBeInstanceOf(Date)
})

test('a more severe one is told at once', async () => {
  await rig.addChannel()
  await rig.raise('db-1', 'cpu_high', { severity: 'medium' })
  await after(0)
  await after(limits.groupWaitMs)
  await rig.raise('db-1', 'cpu_high', { severity: 'critical' })
  expect(await after(0)).toEqual(['firing db-1:cpu_high'])
})

test('a region that is out of reach speaks for what is below it', async () => {
  await rig.addChannel()
  await rig.addChannel({ name: 'db team', subtree: 'db-1' })
  await rig.raise('db-1', 'node_offline')
  await rig.raise('eu', 'region_unreachable', { severity: 'critical' })
  await after(0)
  // The team of one host does not hear of the region, and so hears of its host.
  expect(await after(limits.groupWaitMs)).toEqual(['firing eu:region_unreachable', 'firing db-1:node_offline'])
  await rig.clear('eu', 'region_unreachable')
  await after(0)
  expect(await after(limits.groupWaitMs)).toEqual(['firing db-1:node_offline', 'resolved eu:region_unreachable'])
})

test('a channel is told only of its subtree, from its severity on, and of no recovery if it wants none', async () => {
  await rig.addChannel({ subtree: 'eu', minSeverity: 'high', sendResolved: false })
  await rig.raise('db-1', 'cpu_high', { severity: 'medium' })
  await rig.raise('db-2', 'cpu_high')
  await rig.raise('web-1', 'cpu_high', { severity: 'critical' })
  await after(0)
  expect(await after(limits.groupWaitMs)).toEqual(['firing db-2:cpu_high'])
  await rig.clear('db-2', 'cpu_high')
  await after(0)
  expect(await after(limits.groupWaitMs)).toEqual([])
  await rig.raise('db-2', 'cpu_high')
  await after(0)
  expect(await after(limits.groupWaitMs)).toEqual(['firing db-2:cpu_high'])
})

test('a channel that comes later is told once of what is still open, one that is turned off of nothing', async () => {
  await rig.addChannel({ name: 'off', enabled: false })
  await rig.raise('db-1', 'cpu_high')
  await rig.raise('db-2', 'cpu_high')
  expect(await after(limits.groupWaitMs)).toEqual([])
  await rig.addChannel({ name: 'late' })
  await after(0)
  expect(await after(limits.groupWaitMs)).toEqual(['firing db-1:cpu_high db-2:cpu_high'])
  expect(await after(limits.groupWaitMs)).toEqual([])
})

test('what comes and goes all the time is told a few times, then not before the window has passed', async () => {
  await rig.addChannel()
  const told: string[] = []
  for (let round = 0; round < 8; round++) {
    await rig.raise('db-1', 'flaky')
    told.push(...(await after(0)), ...(await after(limits.groupWaitMs)))
    await rig.clear('db-1', 'flaky')
    told.push(...(await after(0)), ...(await after(limits.groupWaitMs)))
  }
  expect(told).toEqual(['firing db-1:flaky', 'resolved db-1:flaky', 'firing db-1:flaky', 'resolved db-1:flaky'])
  const id = await rig.raise('db-1', 'flaky')
  expect(await after(limits.groupWaitMs)).toEqual([])
  expect((await explain(id))[0]).toMatchObject({ reason: 'flapping', next_at: expect.any(String) })
  await after(limits.flapWindowMs)
  expect(await after(limits.groupWaitMs)).toEqual(['firing db-1:flaky'])
})

const explain = async (id: number) =>
  (await rig.alerting.explain({ kind: 'system', name: 'test' }, id)).channels as Array<Record<string, unknown>>

describe('silences', () => {
  test('of a region cover its nodes, also one that comes later; what stays open is told when they are over', async () => {
    await rig.addChannel()
    await rig.raise('db-1', 'disk_full')
    const { id } = await rig.silence('eu', 3_600_000)
    await rig.grow('db-9', 'eu')
    const late = await rig.raise('db-9', 'disk_full')
    await rig.raise('web-1', 'disk_full')
    await after(0)
    expect(await after(limits.groupWaitMs)).toEqual(['firing web-1:disk_full'])
    expect(await explain(late)).toMatchObject([{ reason: 'silenced', notify: null, silenced_by: [id], told_at: null }])
    await rig.clear('db-1', 'disk_full')
    await after(3_600_000)
    expect(await after(limits.groupWaitMs)).toEqual(expect.arrayContaining(['firing db-9:disk_full']))
  })

  test('end early, and stop by what they match only', async () => {
    await rig.addChannel()
    const { id } = await rig.silence(null, 3_600_000, { matchers: { type: 'disk_*', severity: 'high' } })
    await rig.raise('db-1', 'disk_full')
    await rig.raise('db-2', 'disk_full', { severity: 'critical' })
    await rig.raise('db-3', 'cpu_high')
    await after(0)
    expect(await after(limits.groupWaitMs)).toEqual(['firing db-2:disk_full db-3:cpu_high'])
    await rig.silences.end({ kind: 'system', name: 'test' }, id)
    await after(0)
    expect(await after(limits.groupWaitMs)).toEqual(['firing db-1:disk_full'])
  })

  test('an end that falls into a silence is told when it is over', async () => {
    await rig.addChannel()
    await rig.raise('db-1', 'disk_full')
    await after(0)
    expect(await after(limits.groupWaitMs)).toEqual(['firing db-1:disk_full'])
    await rig.silence('db-1', 600_000)
    await rig.clear('db-1', 'disk_full')
    await after(0)
    expect(await after(limits.groupWaitMs)).toEqual([])
    await after(600_000)
    expect(await after(limits.groupWaitMs)).toEqual(['resolved db-1:disk_full'])
  })

  test('a maintenance window that comes back every night holds in the night when the clocks change, and only then', async () => {
    await rig.addChannel()
    rig.time.now = Date.parse('2026-10-24T12:00:00Z')
    const nightly = { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '02:30', duration_minutes: 60, time_zone: 'Europe/Berlin' }
    await rig.silence('eu', 0, { kind: 'maintenance', ends_at: null, recurrence: nightly })
    rig.time.now = Date.parse('2026-10-25T00:29:00Z')
    expect(await rig.silences.nextChangeMs(rig.database.db)).toBe(Date.parse('2026-10-25T00:30:00Z'))
    rig.time.now = Date.parse('2026-10-25T00:30:00Z')
    const id = await rig.raise('db-1', 'disk_full')
    await after(0)
    expect(await after(limits.groupWaitMs)).toEqual([])
    expect(await explain(id)).toMatchObject([{ reason: 'maintenance' }])
    // An hour later the clock shows 02:30 once more, and the window does not open again.
    rig.time.now = Date.parse('2026-10-25T01:30:00Z')
    await after(0)
    expect(await after(limits.groupWaitMs)).toEqual(['firing db-1:disk_full'])
  })
})

describe('a notice that waited', () => {
  test('is not sent when it is over, nor is its recovery', async () => {
    await rig.addChannel()
    await rig.raise('db-1', 'cpu_high')
    rig.time.now += limits.groupWaitMs
    await rig.alerting.pass()
    rig.time.now += limits.groupWaitMs
    await rig.alerting.pass()
    expect(await rig.queued()).toMatchObject([{ state: 'pending' }])
    await rig.clear('db-1', 'cpu_high')
    expect(await after(0)).toEqual([])
    expect(await rig.queued()).toMatchObject([{ state: 'dropped' }])
    expect([...(await after(0)), ...(await after(limits.groupWaitMs))]).toEqual([])
  })

  test('about two of which one is over, is told anew about the other', async () => {
    await rig.addChannel()
    await rig.raise('db-1', 'cpu_high')
    await rig.raise('db-2', 'cpu_high')
    await rig.alerting.pass()
    rig.time.now += limits.groupWaitMs
    await rig.alerting.pass()
    await rig.clear('db-1', 'cpu_high')
    expect(await rig.deliver()).toEqual([])
    await after(0)
    expect(await after(limits.groupWaitMs)).toEqual(['firing db-2:cpu_high'])
  })
})

test('GET of the reasons: waiting for its group, told, acknowledged, over', async () => {
  await rig.addChannel({ name: 'mail' })
  const id = await rig.raise('db-1', 'cpu_high')
  await after(0)
  const waitsUntil = new Date(rig.time.now + limits.groupWaitMs).toISOString()
  expect(await explain(id)).toEqual([
    {
      channel_id: expect.any(Number),
      channel_name: 'mail',
      told_at: null,
      told_kind: null,
      told_severity: null,
      notices: 0,
      notify: 'first',
      reason: 'grouped',
      next_at: waitsUntil,
      silenced_by: [],
    },
  ])
  await after(limits.groupWaitMs)
  const told = { told_at: waitsUntil, told_kind: 'firing', told_severity: 'high', notices: 1, notify: null }
  const again = new Date(rig.time.now + limits.repeatMs).toISOString()
  expect(await explain(id)).toMatchObject([{ ...told, reason: 'already-told', next_at: again }])
  await rig.acknowledge(id)
  expect(await explain(id)).toMatchObject([{ ...told, reason: 'acknowledged', next_at: null }])
  await rig.clear('db-1', 'cpu_high')
  await after(0)
  await after(limits.groupWaitMs)
  expect(await explain(id)).toMatchObject([{ told_kind: 'resolved', notices: 2, reason: 'ended', next_at: null }])
})
