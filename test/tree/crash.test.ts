import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLedger, type Ledger } from '../support/ledger.ts'
import { keptRows } from '../support/kept-rows.ts'
import { type SpoolingLeaf, startSpoolingLeaf } from '../support/spooling-leaf.ts'
import { plantTree, type Tree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { keptState, rowsOf } from './kept-state.ts'

let tree: Tree
let ledger: Ledger
let ending: Array<() => Promise<void>> = []
beforeEach(() => {
  tree = plantTree()
  ledger = createLedger()
  ending = []
})
afterEach(async () => {
  for (const end of ending.toReversed()) await end()
  await tree.close()
})

const env = { CORTEX_OFFLINE_AFTER_S: '60' }
const reportMs = 40
const faultMs = 120

/** A leaf that reports all the time; of its faults one comes and the one before it goes at an interval. */
async function busyLeaf(region: TreeNode, id: string): Promise<SpoolingLeaf> {
  const leaf = await startSpoolingLeaf({ monitor: region, id, reportMs, ledger })
  let faults = 0
  const timer = setInterval(() => {
    leaf.end(`s-${faults}`)
    leaf.begin(`s-${++faults}`)
  }, faultMs)
  ending.push(async () => {
    clearInterval(timer)
    await leaf.close()
  })
  return { ...leaf, arrived: (timeoutMs) => (clearInterval(timer), leaf.arrived(timeoutMs)) }
}

const violationsAt = async (node: TreeNode) =>
  ledger.violations(await keptRows(node.id, node.databaseUrl ?? ''), { settled: true })

test('a region that is killed again and again under load loses no report that its leaves let go, and takes none twice', async () => {
  const root = await tree.monitor('root', { inside: true, env })
  const region = await tree.monitor('region', { parents: [root.url], env })
  const leaves = await Promise.all(['a', 'b', 'c'].map((id) => busyLeaf(region, id)))
  for (let round = 0; round < 3; round++) {
    const upSinceMs = Date.now()
    const aliveMs = 200 + Math.random() * 1_500
    await until('the moment has come', () => Date.now() - upSinceMs > aliveMs)
    await region.kill()
    await region.start()
  }
  for (const leaf of leaves) await leaf.arrived(90_000)

  for (const { id, uids, uplink } of leaves) {
    expect(uplink.state().dropped).toBe(0)
    expect(uplink.state().spool.thinned).toBe(0)
    const kept = await rowsOf<{ report_uid: string }>(
      region.databaseUrl ?? '',
      'select report_uid from reports r join nodes n on n.id = r.node_id where n.agent_id = $1 order by 1',
      id,
    )
    expect(kept.map(({ report_uid }) => report_uid)).toEqual([...uids].toSorted())
  }
  await until(
    'the root holds the state of the region',
    async () => {
      const own = await keptState(region.databaseUrl ?? '', 'region')
      expect(await keptState(root.databaseUrl ?? '', 'region')).toEqual(own)
      return true
    },
    60_000,
  )
  for (const node of [region, root]) expect(await violationsAt(node)).toEqual([])
}, 180_000)

test('a root that is killed again and again ends with the state of its regions', async () => {
  const root = await tree.monitor('root', { env })
  const region = await tree.monitor('region', { inside: true, parents: [root.url], env })
  const leaves = await Promise.all(['a', 'b'].map((id) => busyLeaf(region, id)))
  for (let round = 0; round < 3; round++) {
    const upSinceMs = Date.now()
    const aliveMs = 200 + Math.random() * 1_500
    await until('the moment has come', () => Date.now() - upSinceMs > aliveMs)
    await root.kill()
    await root.start()
  }
  for (const leaf of leaves) await leaf.arrived(90_000)
  await until(
    'the root holds the state of the region',
    async () => {
      const own = await keptState(region.databaseUrl ?? '', 'region')
      expect(await keptState(root.databaseUrl ?? '', 'region')).toEqual(own)
      return true
    },
    90_000,
  )
  for (const node of [region, root]) expect(await violationsAt(node)).toEqual([])
}, 180_000)
