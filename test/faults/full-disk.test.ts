import { afterAll, beforeAll, expect, test } from 'vitest'
import { SelfStatus } from '../../src/contract/self.ts'
import { expectData } from '../support/http.ts'
import { type SupervisedService, supervisedService } from '../support/service.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { rowsOf } from '../tree/kept-state.ts'
import { statusAt } from '../tree/views.ts'
import { openSmallDisk, type SmallDisk } from './full-disk.ts'

const patientMs = 90_000
const tree = plantTree()
let disk: SmallDisk
let root: TreeNode
let wire: TcpProxy
let service: SupervisedService
let leaf: TreeNode

beforeAll(async () => {
  disk = openSmallDisk()
  root = await tree.monitor('root', { inside: true, env: { CORTEX_OFFLINE_AFTER_S: '3' } })
  wire = await tree.proxy(root)
  service = await supervisedService({ decisions: { cool_down_s: 1 } })
  leaf = await tree.leaf('leaf', {
    parents: [wire.url],
    folder: disk.folder,
    env: { ...service.env, CORTEX_CAPABILITIES: 'processes' },
  })
}, 60_000)
afterAll(async () => {
  await tree.close()
  service?.close()
  disk?.close()
})

const self = async () => SelfStatus.parse(expectData(await leaf.api.get('/self')))
const spool = async () => (await self()).spool ?? { depth: 0, bytes: 0, oldest_at: null, trouble: null }
/** The last number that the kernel gives to a process. */
const noSuchPid = 4_194_303

async function killAtLeaf(pid: number) {
  const [row] = await rowsOf<{ id: number }>(root.databaseUrl ?? '', `select id from nodes where agent_id = 'leaf'`)
  return await root.api.post(`/../servers/${row?.id ?? 0}/processes/${pid}/kill`)
}

/** Uids of the reports of the leaf that the root has. */
const kept = async (): Promise<string[]> =>
  (
    await rowsOf<{ uid: string }>(
      root.databaseUrl ?? '',
      `select r.report_uid as uid from reports r join nodes n on n.id = r.node_id where n.agent_id = 'leaf'`,
    )
  ).map(({ uid }) => uid)

test('a leaf whose disk is full says so, loses nothing that it had stored, is heard all the same, and goes on when there is space', async () => {
  await until('its service is repaired', () => service.isServing(), patientMs)
  await until('nothing waits', async () => (await spool()).depth === 0, patientMs)
  wire.cut()
  const before = (await kept()).length
  await until('reports are stored', async () => (await spool()).depth >= 5, patientMs)
  disk.fill(leaf.pid() ?? 0)
  await until('it says that its disk is full', async () => (await spool()).trouble === 'disk', patientMs)
  const stored = (await spool()).depth
  expect(stored).toBeGreaterThanOrEqual(5)
  await until('it is missed', async () => (await statusAt(root, 'leaf')) === 'offline', patientMs)

  await wire.heal()
  await until('it is heard from memory', async () => (await statusAt(root, 'leaf')) === 'online', patientMs)
  await until('what was stored has arrived', async () => (await kept()).length >= before + stored, patientMs)
  expect((await spool()).trouble).toBe('disk')
  // An approved repair has to be written down before it is run: without that it is not run.
  const starts = service.starts().length
  service.kill()
  await until('the root knows of the fault', async () => {
    const [row] = await rowsOf<{ l2: number }>(
      root.databaseUrl ?? '',
      `select s.issues_l2 as l2 from node_states s join nodes n on n.id = s.node_id where n.agent_id = 'leaf'`,
    )
    return row?.l2 === 1
  })
  expect(service.starts()).toHaveLength(starts)

  // Nor is anything that a person asks for.
  expect(await killAtLeaf(noSuchPid)).toMatchObject({ status: 507, body: { code: 'INSUFFICIENT_STORAGE' } })

  disk.clear(leaf.pid() ?? 0)
  expect(await killAtLeaf(noSuchPid)).toMatchObject({ status: 404 })
  await until('it stores again', async () => (await spool()).trouble === null, patientMs)
  await until('the service is repaired, now that there is space', () => service.isServing(), patientMs)
  expect(service.starts()).toHaveLength(starts + 1)
  await until('nothing waits', async () => (await spool()).depth === 0, patientMs)
  const uids = await kept()
  expect(new Set(uids).size).toBe(uids.length)
}, 300_000)
