import { expect, test } from 'vitest'
import { ProbeSection } from '../../platform/config/probe.section.ts'
import type { HostSample } from '../collectors/host-metrics.ts'
import type { Partition } from '../collectors/partitions.ts'
import type { Entry } from '../journal/entry.ts'
import { diskCheck } from './disk.ts'

const config = ProbeSection.parse({}).checks.disk
const partition: Partition = {
  device: '/dev/vda',
  mount: '/',
  fstype: 'ext4',
  readOnly: false,
  totalBytes: 100e9,
  usedBytes: 50e9,
  freeBytes: 50e9,
  percent: 50,
  inodesPercent: 10,
}
const host: HostSample = {
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
const cleaning: Entry = {
  id: 1,
  requestId: 'request-1',
  level: 'L1',
  issue: { type: 'disk_space_low', subject: '/', severity: 'medium', description: '', details: {} },
  action: { type: 'disk.clean', mount: '/' },
  state: 'done',
  decisionId: null,
  askedAt: { bootId: 'a', monotonicMs: 0 },
  approvedAt: null,
  validForMs: 0,
  result: 'partial',
  output: '',
  dryRun: false,
  createdAtMs: 0,
  startedAtMs: 0,
  finishedAtMs: 1000,
  delivered: true,
  reported: true,
}

async function look(
  change: Partial<Partition>,
  parts: { canClean?: boolean; hasRules?: boolean; last?: Entry; nowMs?: number } = {},
) {
  const check = diskCheck(config, {
    cleaner: { canClean: async () => parts.canClean ?? false, hasRules: async () => parts.hasRules ?? false },
    lastCleaning: () => parts.last ?? null,
    cleanCoolDownMs: 900_000,
    timeoutMs: 1000,
    clock: () => parts.nowMs ?? 2000,
  })
  const sample: HostSample = { ...host, partitions: [{ ...partition, ...change }] }
  const context = { sample, signal: new AbortController().signal, raised: () => null, fresh: false }
  return check.look(context)
}

const clean = { type: 'disk.clean', mount: '/' }

test.each([
  ['84 % with deletable files', { percent: 84 }, { canClean: true }, 'L1', clean],
  ['84 % with nothing deletable', { percent: 84 }, {}, null, undefined],
  ['92 % with rules that need approval', { percent: 92 }, { hasRules: true }, 'L2', clean],
  ['92 % with nothing that anyone may delete', { percent: 92 }, {}, 'L2', undefined],
  ['96 %', { percent: 96 }, { canClean: true, hasRules: true }, 'L3', undefined],
  ['86 % right after a cleaning', { percent: 86 }, { last: cleaning, hasRules: true }, 'L2', clean],
  ['86 % long after a cleaning', { percent: 86 }, { last: cleaning, canClean: true, nowMs: 901_001 }, 'L1', clean],
  ['86 % after a dry run', { percent: 86 }, { last: { ...cleaning, dryRun: true }, canClean: true }, 'L1', clean],
  [
    '82 % after a cleaning that failed',
    { percent: 82 },
    { last: { ...cleaning, result: 'failed' as const } },
    'L3',
    undefined,
  ],
])('%s', async (_name, change, parts, level, action) => {
  const [space] = await look(change, parts)
  expect(space).toMatchObject({ type: 'disk_space_low', subject: '/', level })
  expect(space?.action).toEqual(action)
})

test('a read-only disk is not judged', async () => expect(await look({ percent: 100, readOnly: true })).toEqual([]))

test('inodes are judged for themselves', async () => {
  expect((await look({ inodesPercent: 99 }))[1]).toMatchObject({ type: 'disk_inodes_low', level: 'L3' })
})
