import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData } from '../support/http.ts'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { alertsAbout, detailAt, nodesAt, shapeOf, statusAt, topologyAt } from './views.ts'

const tree = plantTree()
const patient = { CORTEX_OFFLINE_AFTER_S: '30' }
let root: TreeNode
let region: TreeNode
let district: TreeNode
let leaf: HandLeaf
beforeAll(async () => {
  root = await tree.monitor('root', { inside: true, env: patient })
  region = await tree.monitor('region', { inside: true, env: patient, parents: [root.url] })
  district = await tree.monitor('district', { inside: true, env: patient, parents: [region.url] })
  leaf = await joinByHand(district, 'leaf')
})
afterAll(() => tree.close())

test('a leaf that joins four levels down is seen at every level above it, in its place', async () => {
  await leaf.report()
  for (const [monitor, shape] of [
    [district, 'district(leaf)'],
    [region, 'region(district(leaf))'],
    [root, 'root(region(district(leaf)))'],
  ] as const) {
    await until(`${monitor.id} shows ${shape}`, async () => shapeOf((await topologyAt(monitor)).root) === shape)
    await until(`the leaf is online at ${monitor.id}`, async () => (await statusAt(monitor, 'leaf')) === 'online')
  }
  const topology = await topologyAt(root)
  expect(topology).toMatchObject({ total_nodes: 4, max_depth: 4 })
  const levels = (node: typeof topology.root): number[] => [node.level, ...node.children.flatMap(levels)]
  expect(levels(topology.root)).toEqual([0, 1, 2, 3])
  expect(topology.root.counts).toMatchObject({
    total: 3,
    online: 3,
    offline: 0,
    unreachable: 0,
    unknown: 0,
    healthy: 3,
  })
  expect(shapeOf((await topologyAt(root, '?root=district')).root)).toBe('district(leaf)')
  expect(shapeOf((await topologyAt(root, '?depth=1')).root)).toBe('root(region)')
})

test('health, issue counts, metrics and the last sign of life of a deep node are at the root', async () => {
  const before = Date.now()
  await leaf.report([
    { level: 'L1', type: 'disk_space_low', subject: '/' },
    { level: 'L3', type: 'disk_failing', subject: '/' },
    { level: 'L3', type: 'disk_failing', subject: '/data' },
  ])
  const node = await until('the root knows that the leaf is critical', async () => {
    const found = (await nodesAt(root)).get('leaf')
    return found?.health_status === 'critical' && found
  })
  expect(node).toMatchObject({
    status: 'online',
    issues_count: { L1: 1, L2: 0, L3: 2 },
    metrics: { cpu_percent: 12, memory_percent: 34, disk_percent: 56 },
    parent_id: 'district',
    path: ['root', 'region', 'district', 'leaf'],
    depth: 3,
    stale_since: null,
  })
  expect(Date.parse(node.last_heartbeat ?? '')).toBeGreaterThanOrEqual(before - 1_000)
  expect(Date.parse(node.last_heartbeat ?? '')).toBeLessThanOrEqual(Date.now())
  for (const monitor of [root, region, district])
    await until(
      `two alerts at ${monitor.id}`,
      async () => (await alertsAbout(monitor, 'leaf', 'disk_failing')).length === 2,
    )

  await leaf.report()
  for (const monitor of [root, region, district]) {
    await until(`both are over at ${monitor.id}`, async () =>
      (await alertsAbout(monitor, 'leaf', 'disk_failing')).every(({ status }) => status === 'resolved'),
    )
    await until(
      `healthy at ${monitor.id}`,
      async () => (await nodesAt(monitor)).get('leaf')?.health_status === 'healthy',
    )
  }
})

test('the history of a deep node is fetched live from its owner, at every level', async () => {
  const receipt = expectData(await leaf.report())
  for (const monitor of [root, region, district]) {
    const detail = await detailAt(monitor, 'leaf')
    expect(detail).toMatchObject({ stale: false, stale_since: null, agent: { agent_id: 'leaf', status: 'online' } })
    expect(detail.recent_reports.map(({ report_id }) => report_id)).toContain(receipt['report_id'])
    expect(detail.metrics_summary.avg_cpu).toBeCloseTo(12)
    expect(detail.alerts).toHaveLength(2)
  }
})

test('an ancestor that asks for a node nobody has gets 404', async () => {
  expect((await root.api.get('/cluster/nodes/nobody')).status).toBe(404)
})
