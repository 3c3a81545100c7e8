import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freePort, httpService, isAlive, newFolder, pidOf, startProbe, until } from './harness.ts'

async function kill(pidFile: string): Promise<void> {
  const pid = pidOf(pidFile)
  if (pid === null) throw new Error('the service was never started')
  process.kill(pid, 'SIGKILL')
  await until(() => !isAlive(pid), 'the service is dead')
}

test('a marked service is restarted by the probe alone, three times an hour, and then only after approval', async () => {
  const folder = await newFolder()
  const service = await httpService(folder)
  const { probe, requests, results, reports } = startProbe(
    folder,
    { services: [{ ...service.config, auto_restart: true }] },
    () => ({ status: 'approved' }),
  )

  for (let restart = 1; restart <= 3; restart += 1) {
    const inspection = await probe.inspectNow()
    expect(inspection).toMatchObject({ status: 'healthy', issues: [] })
    expect(inspection.actions_taken).toMatchObject([
      { level: 'L1', action: 'systemctl restart web', result: 'success' },
    ])
    await kill(service.pidFile)
  }
  expect(requests).toEqual([])

  const fourth = await probe.inspectNow()
  expect(fourth.status).toBe('warning')
  expect(fourth.issues).toMatchObject([
    {
      level: 'L2',
      type: 'service_down',
      subject: 'web',
      proposed_fix: 'systemctl restart web',
      action: { type: 'service.restart', service: 'web' },
    },
  ])
  await until(() => results.length === 1, 'the result of the approved restart is delivered')
  expect(requests).toHaveLength(1)
  expect(requests[0]?.request_id).toBe(fourth.issues[0]?.request_id)
  expect(results[0]).toMatchObject({ decision_id: 41, request_id: requests[0]?.request_id, status: 'success' })
  expect(results[0]?.executed_at).toBeTypeOf('string')

  await until(() => reports.at(-1)?.status === 'healthy', 'a report right after the run shows the new state')
  const told = reports.flatMap((report) => report.actions_taken).filter((action) => action.level === 'L2')
  expect(told).toMatchObject([
    { decision_id: 41, request_id: requests[0]?.request_id, result: 'success', subject: 'web' },
  ])
})

test('what is rejected never runs, and is not asked again before the cool-down', async () => {
  const folder = await newFolder()
  const service = await httpService(folder)
  const { probe, requests, results } = startProbe(folder, { services: [service.config] }, () => ({
    status: 'rejected',
  }))
  await probe.inspectNow()
  await until(() => requests.length === 1, 'it is asked')
  for (let round = 0; round < 5; round += 1) {
    const { issues } = await probe.inspectNow()
    expect(issues).toMatchObject([{ level: 'L2', request_id: requests[0]?.request_id }])
  }
  expect(requests).toHaveLength(1)
  expect(results).toEqual([])
  expect(existsSync(service.pidFile)).toBe(false)
})

test.each([
  ['is no longer fresh', 0, 0],
  ['was on its way for longer than it is valid', 400, 200],
])('an approval that %s never runs, and its monitor is told', async (_what, delayMs, validForMs) => {
  const folder = await newFolder()
  const service = await httpService(folder)
  const { probe, results } = startProbe(folder, { services: [service.config] }, async () => {
    await delay(delayMs)
    return { status: 'approved', valid_for_ms: validForMs }
  })
  await probe.inspectNow()
  await until(() => results.length === 1, 'the monitor is told')
  expect(results[0]).toMatchObject({ status: 'failed', output: 'not run: approval_stale' })
  expect(results[0]?.executed_at).toBeNull()
  expect(existsSync(service.pidFile)).toBe(false)
})

test('a pending request is asked again under the same id until it is decided', async () => {
  const folder = await newFolder()
  const service = await httpService(folder)
  let asked = 0
  const { probe, requests, results } = startProbe(folder, { services: [service.config] }, () => {
    asked += 1
    if (asked === 2) throw new Error('the monitor is out of reach')
    return { status: asked < 4 ? 'pending' : 'approved' }
  })
  await probe.inspectNow()
  await until(() => results.length === 1, 'it is approved in the end')
  expect(new Set(requests.map((request) => request.request_id)).size).toBe(1)
  expect(results[0]).toMatchObject({ status: 'success' })
})

test('a request that nobody decides in its life expires, and a late approval runs nothing', async () => {
  const folder = await newFolder()
  const service = await httpService(folder)
  const { probe, requests } = startProbe(
    folder,
    { services: [service.config], decisions: { life_s: 0.3, deadline_s: 10 } },
    () => new Promise((resolve) => setTimeout(() => resolve({ status: 'approved' }), 500)),
  )
  await probe.inspectNow()
  await until(() => requests.length === 1, 'it is asked')
  await until(async () => {
    await probe.inspectNow()
    return requests.length === 2
  }, 'a new request follows the expired one')
  expect(requests[0]?.request_id).not.toBe(requests[1]?.request_id)
  expect(existsSync(service.pidFile)).toBe(false)
})

test('an approved repair is not run when the fault went away meanwhile', async () => {
  const folder = await newFolder()
  const flag = join(folder, 'well')
  const ran = join(folder, 'ran')
  const { probe, results } = startProbe(
    folder,
    {
      services: [
        { name: 'job', command: ['test', '-e', flag], start: ['touch', ran], bad_samples: 1, good_samples: 1 },
      ],
    },
    async () => {
      await writeFile(flag, '')
      return { status: 'approved' }
    },
  )
  await probe.inspectNow()
  await until(() => results.length === 1, 'the monitor is told')
  expect(results[0]).toMatchObject({ status: 'failed', output: 'not run: the fault is gone' })
  expect(existsSync(ran)).toBe(false)
})

test('a service that cannot be started calls a person', async () => {
  const folder = await newFolder()
  const port = await freePort()
  const { probe } = startProbe(folder, {
    services: [{ name: 'dead', auto_restart: true, tcp: { port }, start: ['false'], verify_s: 0.1, bad_samples: 1 }],
    remedies: { retry_after_s: 0 },
  })
  const first = await probe.inspectNow()
  expect(first).toMatchObject({
    status: 'warning',
    issues: [{ level: 'L1' }],
    actions_taken: [{ level: 'L1', result: 'failed' }],
  })
  const second = await probe.inspectNow()
  expect(second).toMatchObject({
    status: 'critical',
    issues: [{ level: 'L3', details: { reason: 'cannot_be_started' } }],
  })
  const third = await probe.inspectNow()
  expect(third).toMatchObject({ status: 'critical', actions_taken: [] })
})

test('dry run says what would be done and does nothing', async () => {
  const folder = await newFolder()
  const service = await httpService(folder)
  const { probe } = startProbe(folder, {
    services: [{ ...service.config, auto_restart: true }],
    remedies: { dry_run: true },
  })
  const inspection = await probe.inspectNow()
  expect(inspection).toMatchObject({ status: 'warning', actions_taken: [{ result: 'partial' }] })
  expect(inspection.actions_taken[0]?.details).toMatch(/^dry run: would restart web/)
  expect(existsSync(service.pidFile)).toBe(false)
})

test('the ceiling of an hour stops repairs, over a restart of the probe too', async () => {
  const folder = await newFolder()
  const port = await freePort()
  const down = (name: string) => ({
    name,
    auto_restart: true,
    tcp: { port },
    start: ['true'],
    verify_s: 0.05,
    bad_samples: 1,
    start_attempts: 99,
    max_restarts_per_hour: 99,
  })
  const config = { services: [down('a'), down('b'), down('c')], remedies: { max_per_hour: 2, retry_after_s: 0 } }
  const first = startProbe(folder, config)
  expect((await first.probe.inspectNow()).actions_taken).toHaveLength(2)
  await first.probe.stop()
  const second = await startProbe(folder, config).probe.inspectNow()
  expect(second.actions_taken).toEqual([])
  expect(second.issues.map((issue) => issue.level)).toEqual(['L1', 'L1', 'L1'])
})

test('a check that cannot be done is an issue and stops no other check', async () => {
  const folder = await newFolder()
  const service = await httpService(folder)
  const { probe } = startProbe(folder, {
    blind_after: 3,
    checks: { containers: [{ name: 'db' }], docker_socket: join(folder, 'none.sock') },
    services: [{ ...service.config, auto_restart: true }],
  })
  await probe.inspectNow()
  const second = await probe.inspectNow()
  expect(second.issues).toMatchObject([{ level: 'L1', type: 'check_failed', subject: 'container db' }])
  expect(second.issues[0]?.description).toContain('no container engine')
  await probe.inspectNow()
  expect(await probe.inspectNow()).toMatchObject({
    status: 'critical',
    issues: [{ level: 'L3', type: 'check_failed' }],
  })
})
