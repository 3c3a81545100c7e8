import { afterAll, beforeAll, expect, test } from 'vitest'
import { keptState } from '../tree/kept-state.ts'
import { afflict, networkFaults } from '../support/fault-proxy.ts'
import { keptRows } from '../support/kept-rows.ts'
import { createLedger } from '../support/ledger.ts'
import { type SpoolingLeaf, startSpoolingLeaf } from '../support/spooling-leaf.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'

const tree = plantTree()
const ledger = createLedger()
const inside = { inside: true, env: { CORTEX_OFFLINE_AFTER_S: '60' } }
const reportsUnderFault = 20
let root: TreeNode
let region: TreeNode
let upper: TcpProxy
let lower: TcpProxy
let leaf: SpoolingLeaf

beforeAll(async () => {
  root = await tree.monitor('root', inside)
  upper = await tree.proxy(root)
  region = await tree.monitor('region', { ...inside, parents: [upper.url] })
  lower = await tree.proxy(region)
  leaf = await startSpoolingLeaf({ monitor: region, parentUrl: lower.url, id: 'leaf', reportMs: 50, ledger })
})
afterAll(async () => {
  await leaf?.close()
  await tree.close()
})

test.each(networkFaults)(
  'a network that is %s between the nodes loses nothing that was acknowledged, and does nothing twice',
  async (fault) => {
    leaf.resume()
    leaf.begin(`before-${fault}`)
    await until('it is known', async () => {
      const { alerts } = await keptRows('root', root.databaseUrl ?? '')
      return alerts.get(`leaf fault before-${fault}`)
    })
    for (const proxy of [upper, lower]) await afflict(proxy, fault)
    leaf.end(`before-${fault}`)
    leaf.begin(`during-${fault}`)
    const asked = Promise.all([leaf.ask('approve'), leaf.ask('approve')])
    const made = leaf.uids.length
    await until('some reports were made', () => leaf.uids.length >= made + reportsUnderFault, 20_000)
    for (const proxy of [upper, lower]) await proxy.heal()
    // No model is configured: policy approves.
    expect(await asked).toEqual(['approved', 'approved'])
    await settled()
    if (fault === 'twice') expect(lower.repeated()).toBeGreaterThan(2)
  },
  60_000,
)

/** Waits until everything has arrived, and looks whether all is as it must be. */
async function settled(): Promise<void> {
  await leaf.arrived(30_000)
  await until(
    'nothing is missing',
    async () => {
      const own = await keptState(region.databaseUrl ?? '', 'region')
      expect(await keptState(root.databaseUrl ?? '', 'region')).toEqual(own)
      for (const { id, databaseUrl } of [region, root])
        expect(ledger.violations(await keptRows(id, databaseUrl ?? ''), { settled: true })).toEqual([])
      return true
    },
    30_000,
  )
}
