import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectData } from '../support/http.ts'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { plantTree, type Tree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { backupOf, keptState, rowsOf, wipe } from './kept-state.ts'
import { alertsAbout, statusAt } from './views.ts'

let tree: Tree
beforeEach(() => {
  tree = plantTree()
})
afterEach(() => tree.close())

const env = { CORTEX_OFFLINE_AFTER_S: '60' }
const inside = { inside: true, env }

/** Waits until the root holds of a region what the region holds itself. */
async function sameAtRoot(root: TreeNode, region: TreeNode, timeoutMs = 30_000) {
  return await until(
    `the root holds the state of ${region.id}`,
    async () => {
      const own = await keptState(region.databaseUrl ?? '', region.id)
      expect(await keptState(root.databaseUrl ?? '', region.id)).toEqual(own)
      return own
    },
    timeoutMs,
  )
}

async function faulty(leaf: HandLeaf, ...types: string[]): Promise<void> {
  expectData(await leaf.report(types.map((type) => ({ level: 'L3' as const, type, subject: 's' }))))
}

test('answers that are lost make nothing happen twice at the parent', async () => {
  const root = await tree.monitor('root', inside)
  const wire = await tree.proxy(root)
  const region = await tree.monitor('region', { ...inside, parents: [wire.url] })
  const leaf = await joinByHand(region, 'leaf')
  await sameAtRoot(root, region)
  wire.loseAnswers()
  await faulty(leaf, 'one')
  await until('the root has it', async () => (await alertsAbout(root, 'leaf', 'one')).length === 1)
  await faulty(leaf, 'one', 'two')
  await wire.heal()
  await faulty(leaf, 'two')
  const state = await sameAtRoot(root, region, 60_000)
  expect(state.openAlerts).toHaveLength(1)
  for (const type of ['one', 'two']) expect(await alertsAbout(root, 'leaf', type)).toHaveLength(1)
  const { intents } = expectData(await root.api.get('/intents?type=blocker&limit=1000')) as {
    intents: Array<{ data: string }>
  }
  for (const type of ['one', 'two'])
    expect(intents.filter(({ data }) => data.startsWith(`L3 alert for leaf: ${type}`))).toHaveLength(1)
  const uids = await rowsOf<{ twice: number }>(
    root.databaseUrl ?? '',
    'select count(*)::int as twice from (select report_uid from reports group by 1 having count(*) > 1) t',
  )
  expect(uids).toEqual([{ twice: 0 }])
}, 90_000)

test('a region whose database is an older state of itself sends a snapshot, and the root follows it', async () => {
  const root = await tree.monitor('root', inside)
  const region = await tree.monitor('region', { ...inside, parents: [root.url] })
  const kept = await joinByHand(region, 'kept')
  await faulty(kept, 'before')
  await sameAtRoot(root, region)
  await region.stop()
  const backup = await backupOf(region)
  try {
    await region.start()
    await (await joinByHand(region, 'lost')).report()
    await faulty(kept, 'before', 'after')
    for (let n = 0; n < 5; n++) await kept.report([{ level: 'L3', type: `passing_${n}`, subject: 's' }])
    await faulty(kept, 'after')
    const later = await sameAtRoot(root, region)
    expect(later.nodes).toHaveLength(2)
    await region.stop()
    await backup.restore()
  } finally {
    await backup.drop()
  }
  await region.start()
  const restored = await sameAtRoot(root, region, 60_000)
  expect(root.log().join('\n')).toContain('asked for its whole state')
  expect(restored.nodes).toHaveLength(1)
  expect(await statusAt(root, 'lost')).toBeUndefined()
  await faulty(kept, 'anew')
  const anew = await sameAtRoot(root, region)
  expect(anew.openAlerts).toMatchObject([{ type: 'anew' }])
}, 120_000)

test('a region whose database is that of before its very last report is noticed too', async () => {
  const slowly = { ...inside, env: { ...env, CORTEX_MONITOR_ROLLUP_INTERVAL_S: '3600' } }
  const root = await tree.monitor('root', slowly)
  const wire = await tree.proxy(root)
  const region = await tree.monitor('region', { ...slowly, parents: [wire.url] })
  const kept = await joinByHand(region, 'kept')
  await faulty(kept, 'before')
  await sameAtRoot(root, region)
  await region.stop()
  const backup = await backupOf(region)
  try {
    wire.cut()
    await region.start()
    // All that the root hears of it goes up in one report.
    await faulty(await joinByHand(region, 'lost'), 'after')
    await wire.heal()
    await until('the root has it', async () => (await alertsAbout(root, 'lost', 'after')).length === 1)
    await region.stop()
    await backup.restore()
  } finally {
    await backup.drop()
  }
  await region.start()
  await faulty(kept, 'before', 'anew')
  const state = await sameAtRoot(root, region)
  expect(state.nodes).toMatchObject([{ agent_id: 'kept' }])
  expect(state.openAlerts.length).toBe(2)
}, 120_000)

test('what a person did at the root is done again at a region that has forgotten it', async () => {
  const root = await tree.monitor('root', inside)
  const region = await tree.monitor('region', { ...inside, parents: [root.url] })
  await faulty(await joinByHand(region, 'leaf'), 'fault')
  await sameAtRoot(root, region)
  await region.stop()
  const backup = await backupOf(region)
  try {
    await region.start()
    const [alert] = await alertsAbout(root, 'leaf', 'fault')
    expectData(await root.api.post(`/alerts/${alert?.alert_id}/resolve`, { notes: 'mended' }))
    await until(
      'it is resolved below',
      async () => (await alertsAbout(region, 'leaf', 'fault'))[0]?.status === 'resolved',
      60_000,
    )
    await (await joinByHand(region, 'later')).report()
    await sameAtRoot(root, region)
    await region.stop()
    await backup.restore()
  } finally {
    await backup.drop()
  }
  await region.start()
  await until(
    'it is resolved below again',
    async () => (await alertsAbout(region, 'leaf', 'fault'))[0]?.status === 'resolved',
    60_000,
  )
  expect((await alertsAbout(root, 'leaf', 'fault')).map(({ status }) => status)).toEqual(['resolved'])
}, 150_000)

test('an older database that has moved on before the parent hears of it loses nothing either', async () => {
  const root = await tree.monitor('root', inside)
  const wire = await tree.proxy(root)
  const region = await tree.monitor('region', { ...inside, parents: [wire.url] })
  const kept = await joinByHand(region, 'kept')
  await faulty(kept, 'before')
  await sameAtRoot(root, region)
  await region.stop()
  const backup = await backupOf(region)
  try {
    await region.start()
    await (await joinByHand(region, 'lost')).report()
    await sameAtRoot(root, region)
    await region.stop()
    await backup.restore()
  } finally {
    await backup.drop()
  }
  wire.cut()
  await region.start()
  for (let n = 0; n < 20; n++) await faulty(kept, `during_${n}`)
  await wire.heal()
  const state = await sameAtRoot(root, region, 60_000)
  expect(state.nodes).toHaveLength(1)
}, 120_000)

test('a region whose database is empty takes its leaves in again, and the root ends with the same', async () => {
  const root = await tree.monitor('root', inside)
  const region = await tree.monitor('region', { ...inside, parents: [root.url] })
  await tree.leaf('steady', { ...inside, parents: [region.url] })
  await faulty(await joinByHand(region, 'gone'), 'forgotten')
  expect((await sameAtRoot(root, region)).openAlerts.length).toBeGreaterThan(0)
  await region.stop()
  await wipe(region)
  await region.start()
  await until('the leaf is back', async () => (await statusAt(region, 'steady')) === 'online', 90_000)
  const state = await sameAtRoot(root, region)
  expect(state.nodes).toMatchObject([{ agent_id: 'steady', status: 'online' }])
  expect(await alertsAbout(root, 'gone', 'forgotten')).toMatchObject([{ status: 'resolved' }])
}, 150_000)

test('a root whose database is empty gets everything again from every region', async () => {
  const root = await tree.monitor('root', inside)
  const regions = []
  for (const id of ['region-a', 'region-b']) {
    const region = await tree.monitor(id, { ...inside, parents: [root.url] })
    const leaf = await joinByHand(region, `leaf-of-${id}`)
    await faulty(leaf, 'standing')
    regions.push(region)
  }
  for (const region of regions) await sameAtRoot(root, region)
  await root.stop()
  await wipe(root)
  await root.start()
  for (const region of regions) {
    const state = await sameAtRoot(root, region, 90_000)
    expect(state.nodes).toHaveLength(1)
    expect(state.openAlerts).toHaveLength(1)
  }
}, 150_000)

test('a root whose database is an older state of itself catches up', async () => {
  const root = await tree.monitor('root', inside)
  const region = await tree.monitor('region', { ...inside, parents: [root.url] })
  const leaf = await joinByHand(region, 'leaf')
  await faulty(leaf, 'before')
  await sameAtRoot(root, region)
  await root.stop()
  const backup = await backupOf(root)
  try {
    await root.start()
    await faulty(leaf, 'after')
    await (await joinByHand(region, 'later')).report()
    await sameAtRoot(root, region, 60_000)
    await root.stop()
    await backup.restore()
  } finally {
    await backup.drop()
  }
  await root.start()
  const state = await sameAtRoot(root, region, 60_000)
  expect(state.nodes).toHaveLength(2)
  expect(root.log().join('\n')).toMatch(/has told more than is known here|asked for its whole state/)
}, 120_000)
