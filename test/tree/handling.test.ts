import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { alertsAbout } from './views.ts'

const tree = plantTree()
const patient = { CORTEX_OFFLINE_AFTER_S: '60' }
let root: TreeNode
let region: TreeNode
let district: TreeNode
let wire: TcpProxy
let leaf: HandLeaf
beforeAll(async () => {
  root = await tree.monitor('root', { inside: true, env: patient })
  wire = await tree.proxy(root)
  region = await tree.monitor('region', { inside: true, env: patient, parents: [wire.url] })
  district = await tree.monitor('district', { inside: true, env: patient, parents: [region.url] })
  leaf = await joinByHand(district, 'leaf')
})
afterEach(() => wire.heal())
afterAll(() => tree.close())

let faults = 0
/** A new fault of the leaf; its alert is at every level when this returns. */
async function fault(): Promise<string> {
  const type = `fault_${++faults}`
  await leaf.report([{ level: 'L3', type, subject: 's' }])
  for (const monitor of [district, region, root]) await statusIs(monitor, type, 'new')
  return type
}

async function statusIs(monitor: TreeNode, type: string, status: string, timeoutMs = 20_000): Promise<void> {
  await until(
    `${type} is ${status} at ${monitor.id}`,
    async () => (await alertsAbout(monitor, 'leaf', type)).map((alert) => alert.status).join() === status,
    timeoutMs,
  )
}

async function handle(monitor: TreeNode, type: string, what: 'ack' | 'resolve', notes: string) {
  const [alert] = await alertsAbout(monitor, 'leaf', type)
  return await monitor.api.post(`/alerts/${alert?.alert_id}/${what}`, { user: 'someone', notes })
}

/** What people see of the alert that is the same at every level. */
async function handled(monitor: TreeNode, type: string) {
  const alerts = await alertsAbout(monitor, 'leaf', type)
  return alerts.map(({ status, acknowledged_at, acknowledged_by, resolved_at, resolved_by, notes }) => ({
    status,
    acknowledged_at,
    acknowledged_by,
    resolved_at,
    resolved_by,
    notes,
  }))
}

async function sameEverywhere(type: string): Promise<void> {
  await until(
    `${type} is the same at every level`,
    async () => {
      const [a, b, c] = await Promise.all([root, region, district].map((monitor) => handled(monitor, type)))
      expect(b).toEqual(a)
      expect(c).toEqual(a)
      return true
    },
    20_000,
  )
}

test('an ack and a resolve at the root reach every monitor down to the owner', async () => {
  const type = await fault()
  expectData(await handle(root, type, 'ack', 'seen at the root'))
  for (const monitor of [region, district]) await statusIs(monitor, type, 'acknowledged')
  await sameEverywhere(type)
  expectData(await handle(root, type, 'resolve', 'mended from the root'))
  for (const monitor of [region, district]) await statusIs(monitor, type, 'resolved')
  await sameEverywhere(type)
  expectError(await handle(district, type, 'resolve', 'again'), 409, 'CONFLICT')
})

test('an ack at a region reaches the root above and the owner below', async () => {
  const type = await fault()
  expectData(await handle(region, type, 'ack', 'seen at the region'))
  for (const monitor of [root, district]) await statusIs(monitor, type, 'acknowledged')
  await sameEverywhere(type)
  expectError(await handle(root, type, 'ack', 'again'), 409, 'CONFLICT')
})

test('an ack and a resolve at the root while the link is cut arrive after it has healed, once', async () => {
  const type = await fault()
  wire.cut()
  expectData(await handle(root, type, 'ack', 'seen during the cut'))
  expectData(await handle(root, type, 'resolve', 'mended during the cut'))
  expect((await alertsAbout(district, 'leaf', type)).map(({ status }) => status)).toEqual(['new'])
  await wire.heal()
  for (const monitor of [region, district]) await statusIs(monitor, type, 'resolved', 30_000)
  await sameEverywhere(type)
  for (const monitor of [region, district]) {
    const { intents } = expectData(await monitor.api.get('/intents?limit=1000'))
    const told = (intents as Array<{ data: string }>).filter(({ data }) => data === `Alert resolved on leaf: ${type}`)
    expect(told, monitor.id).toHaveLength(1)
  }
})

test('acks at two levels at the same time end in one state everywhere', async () => {
  const type = await fault()
  const answers = await Promise.all([
    handle(root, type, 'ack', 'by the root'),
    handle(district, type, 'ack', 'by the district'),
  ])
  for (const { status } of answers) expect([200, 409]).toContain(status)
  await sameEverywhere(type)
  expect((await handled(root, type))[0]?.status).toBe('acknowledged')
})

test('an ack at the root and a resolve at the owner during a cut end in one state everywhere', async () => {
  const type = await fault()
  wire.cut()
  expectData(await handle(root, type, 'ack', 'by the root'))
  expectData(await handle(district, type, 'resolve', 'by the district'))
  await wire.heal()
  await statusIs(root, type, 'resolved', 30_000)
  await sameEverywhere(type)
})

test('an alert about the host of a region is handled from the root too', async () => {
  const watching = await tree.monitor('watching', {
    inside: true,
    probe: true,
    parents: [root.url],
    env: { ...patient, CORTEX_PROBE_SERVICES: '[{name: gone, tcp: {port: 1}}]' },
  })
  const seen = await until(
    'the alert is at the root',
    async () => (await alertsAbout(root, 'watching', 'service_down'))[0],
    20_000,
  )
  expectData(await root.api.post(`/alerts/${seen.alert_id}/ack`, { notes: 'known' }))
  await until(
    'it is acknowledged at its owner',
    async () => (await alertsAbout(watching, 'watching', 'service_down'))[0]?.status === 'acknowledged',
  )
})
