import { expect, test } from 'vitest'
import type { IssueLevel } from '../contract/common.ts'
import { createLogger } from '../platform/logger.ts'
import type { Check } from './checks/check.ts'
import type { HostSample } from './collectors/host-metrics.ts'
import { good, type Observation } from './observation.ts'
import { createWatch } from './watch.ts'

const logger = createLogger({ level: 'silent' })
const signal = new AbortController().signal
const sample: HostSample = {
  cpuPercent: 0,
  cores: 1,
  memory: { totalBytes: 1, usedBytes: 0, percent: 0, swapTotalBytes: 0, swapUsedBytes: 0, swapPercent: 0 },
  load: [0, 0, 0],
  uptimeSeconds: 1,
  processCount: 1,
  diskIo: { readBytes: 0, writeBytes: 0 },
  networkIo: { bytesSent: 0, bytesRecv: 0 },
  interfaces: [],
  partitions: [],
  topProcesses: [],
}
const seen = (level: IssueLevel | null, subject = 'a'): Observation => ({ ...good('fault', subject), level })

function check(look: Check['look'], change: Partial<Check> = {}): Check {
  return { name: 'one', everyMs: 0, timeoutMs: 1000, badSamples: 1, goodSamples: 1, look, ...change }
}
const watching = (checks: Check[], monotonicMs = () => 0) => createWatch({ checks, blindAfter: 3, logger, monotonicMs })

test('a check that never comes back becomes an issue, is not started again, and holds nobody up', async () => {
  let begun = 0
  const stuck = check(
    () => {
      begun += 1
      return new Promise<Observation[]>(() => undefined)
    },
    { name: 'stuck', timeoutMs: 10 },
  )
  const watch = watching([stuck, check(async () => [seen('L2')])])
  await watch.look(sample, signal)
  await watch.look(sample, signal)
  expect(begun).toBe(1)
  expect(watch.faults().map(({ observation }) => [observation.type, observation.level])).toEqual([
    ['fault', 'L2'],
    ['check_failed', 'L1'],
  ])
  await watch.look(sample, signal)
  await watch.look(sample, signal)
  expect(watch.faults()[1]?.observation.level).toBe('L3')
})

test('while a check fails its last findings stay, and both go when it works and finds nothing', async () => {
  let answer: () => Promise<Observation[]> = async () => [seen('L2')]
  const watch = watching([check(() => answer())])
  await watch.look(sample, signal)
  answer = () => Promise.reject(new Error('broken'))
  await watch.look(sample, signal)
  await watch.look(sample, signal)
  expect(watch.faults().map(({ observation }) => observation.type)).toEqual(['fault', 'check_failed'])
  answer = async () => [seen(null)]
  await watch.look(sample, signal)
  expect(watch.faults()).toEqual([])
})

test('a check with its own interval is not run before it is due', async () => {
  let now = 0
  let looks = 0
  const hourly = check(
    async () => {
      looks += 1
      return []
    },
    { everyMs: 3_600_000 },
  )
  const watch = watching([hourly], () => now)
  for (now of [0, 1000, 3_599_999, 3_600_000, 3_700_000]) await watch.look(sample, signal)
  expect(looks).toBe(2)
})

test('a subject that is not seen any more is no fault', async () => {
  let subjects = ['a', 'b']
  const watch = watching([check(async () => subjects.map((subject) => seen('L2', subject)))])
  await watch.look(sample, signal)
  subjects = ['b']
  await watch.look(sample, signal)
  expect(watch.faults().map(({ observation }) => observation.subject)).toEqual(['b'])
})

test('a fault that is still shown but was not seen by the newest look is not current', async () => {
  let level: IssueLevel | null = 'L1'
  const watch = watching([check(async () => [seen(level)], { goodSamples: 2 })])
  await watch.look(sample, signal)
  level = null
  await watch.look(sample, signal)
  expect(watch.faults()).toMatchObject([{ current: false, observation: { level: 'L1' } }])
  await watch.look(sample, signal)
  expect(watch.faults()).toEqual([])
})

test('what was settled after a repair needs no further samples', async () => {
  const watch = watching([check(async () => [seen('L1')], { goodSamples: 5, badSamples: 1 })])
  await watch.look(sample, signal)
  watch.settle(seen(null))
  expect(watch.faults()).toEqual([])
  watch.settle(seen('L3'))
  expect(watch.faults()).toMatchObject([{ observation: { level: 'L3' } }])
})

test('a look that began before a repair was proven does not bring the fault back', async () => {
  const looks: PromiseWithResolvers<Observation[]>[] = []
  const slow = check(() => {
    const look = Promise.withResolvers<Observation[]>()
    looks.push(look)
    return look.promise
  })
  const watch = watching([slow])
  const first = watch.look(sample, signal)
  looks[0]?.resolve([seen('L1')])
  await first
  const second = watch.look(sample, signal)
  watch.settle(seen(null))
  looks[1]?.resolve([seen('L1')])
  await second
  expect(watch.faults()).toEqual([])
  const third = watch.look(sample, signal)
  looks[2]?.resolve([seen('L1')])
  await third
  expect(watch.faults()).toMatchObject([{ current: true }])
})
