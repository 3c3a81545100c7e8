import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { limits } from './limits.ts'
import { type AlertingRig, startAlertingRig } from './rig.ts'

let rig: AlertingRig
beforeAll(async () => {
  rig = await startAlertingRig()
  await rig.addChannel()
})
afterAll(() => rig?.close())

/** A process looks through the alerts and is killed. */
async function passThatDies(when: 'before' | 'after'): Promise<void> {
  const program = resolve(import.meta.dirname, 'dies-in-pass.ts')
  const child = spawn(process.execPath, [program, rig.url, when, String(rig.time.now)], { stdio: 'inherit' })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
}

/** The database may hold the lock of a dead process for a moment: until then a pass does nothing. */
const passUntilQueued = (count: number) =>
  until('the next pass has told it', async () => {
    await rig.alerting.pass()
    return (await rig.queued()).length === count
  })

test.each(['before', 'after'] as const)(
  'a process that is killed %s its commit loses no notice and makes none twice',
  async (when) => {
    const known = (await rig.queued()).length
    await rig.raise('db-1', `killed_${when}`)
    await rig.alerting.pass()
    rig.time.now += limits.groupWaitMs
    await passThatDies(when)
    expect((await rig.queued()).slice(known)).toHaveLength(when === 'after' ? 1 : 0)
    await passUntilQueued(known + 1)
    await rig.alerting.pass()
    const notices = (await rig.queued()).slice(known)
    expect(notices.map(({ notice }) => [notice.kind, notice.alerts[0]?.type])).toEqual([['firing', `killed_${when}`]])
    expect(await rig.deliver()).toEqual([`firing db-1:killed_${when}`])

    await rig.clear('db-1', `killed_${when}`)
    await rig.alerting.pass()
    rig.time.now += limits.groupWaitMs
    await passThatDies(when)
    await passUntilQueued(known + 2)
    expect(await rig.deliver()).toEqual([`resolved db-1:killed_${when}`])
    expect((await rig.queued()).slice(known)).toHaveLength(2)
  },
)

test('of many processes that look at the same moment one tells', async () => {
  const known = (await rig.queued()).length
  await rig.raise('db-2', 'raced')
  await rig.alerting.pass()
  rig.time.now += limits.groupWaitMs
  await Promise.all(Array.from({ length: 4 }, () => rig.newAlerting().pass()))
  await rig.alerting.pass()
  expect((await rig.queued()).slice(known)).toHaveLength(1)
})

test('an outbox that takes no notice leaves what was told as it was', async () => {
  await rig.raise('db-3', 'untold')
  await rig.alerting.pass()
  rig.time.now += limits.groupWaitMs
  const full = rig.newAlerting(() => Promise.reject(new Error('the disk is full')))
  await expect(full.pass()).rejects.toThrow('the disk is full')
  const disabled = rig.newAlerting(async () => ({ queued: false, why: 'disabled' }))
  await disabled.pass()
  const [row] = await rig.sql`select kind from told_faults where type = 'untold'`
  expect(row).toEqual({ kind: null })
})
