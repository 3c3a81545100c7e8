import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Report } from '../../src/contract/reports.ts'
import { createParentClient } from '../../src/tree/uplink/parent-client.ts'
import { openSpool } from '../../src/tree/uplink/spool.ts'
import { createUplink, type Uplink } from '../../src/tree/uplink/uplink.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { joinByHand } from '../support/hand-leaf.ts'
import { plantTree, type Tree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { keptState, rowsOf } from './kept-state.ts'

let tree: Tree
let ending: Array<() => Promise<void>> = []
beforeEach(() => {
  tree = plantTree()
  ending = []
})
afterEach(async () => {
  for (const end of ending.toReversed()) await end()
  await tree.close()
})

const env = { CORTEX_OFFLINE_AFTER_S: '60' }
const reportMs = 40

interface Spooling {
  id: string
  /** Everything it has said since the start. */
  uids: string[]
  uplink: Uplink
  /** It says no more. */
  quiet(): void
}

/** The way up of a real leaf (its spool, its sender), that reports all the time; every third report has another L3. */
async function spoolingLeaf(region: TreeNode, id: string): Promise<Spooling> {
  const hand = await joinByHand(region, id)
  const folder = mkdtempSync(join(tmpdir(), 'cortex-spooling-'))
  const logger = createLogger({ level: 'silent' })
  const spool = openSpool({ path: join(folder, 'spool.sqlite'), clock: Date.now, logger })
  const uplink = createUplink({
    agentId: id,
    spool,
    client: createParentClient({ parents: () => [{ url: region.url, apiKey: hand.key() }], clock: Date.now, logger }),
    status: () => 'healthy',
    reportIntervalMs: reportMs,
    heartbeatIntervalMs: 1_000,
    newUid: randomUUID,
    clock: Date.now,
    random: Math.random,
    logger,
    batchPauseMs: 50,
  })
  const uids: string[] = []
  const report = (): void => {
    const uid = randomUUID()
    uids.push(uid)
    uplink.report(reportOf(id, uid, uids.length))
  }
  uplink.start()
  const timer = setInterval(report, reportMs)
  ending.push(async () => {
    clearInterval(timer)
    await uplink.stop({ goodbye: false })
    spool.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { id, uids, uplink, quiet: () => clearInterval(timer) }
}

function reportOf(id: string, uid: string, n: number): Report {
  const at = new Date().toISOString()
  const faulty = n % 3 === 0
  return {
    agent_id: id,
    timestamp: at,
    status: faulty ? 'critical' : 'healthy',
    metrics: {
      cpu_percent: n % 100,
      memory_percent: 1,
      disk_percent: 1,
      load_average: [0, 0, 0],
      uptime_seconds: n,
    },
    issues: faulty
      ? [
          {
            level: 'L3',
            type: `fault_${n % 5}`,
            description: 'd',
            severity: 'high',
            details: {},
            subject: 's',
            timestamp: at,
          },
        ]
      : [],
    actions_taken: [],
    metadata: { issues_complete: true },
    report_uid: uid,
  }
}

test('a region that is killed again and again under load loses no report that its leaves let go, and takes none twice', async () => {
  const root = await tree.monitor('root', { inside: true, env })
  const region = await tree.monitor('region', { parents: [root.url], env })
  const leaves = await Promise.all(['a', 'b', 'c'].map((id) => spoolingLeaf(region, id)))
  for (let round = 0; round < 4; round++) {
    const upSinceMs = Date.now()
    const aliveMs = 200 + Math.random() * 1_500
    await until('the moment has come', () => Date.now() - upSinceMs > aliveMs)
    await region.kill()
    await region.start()
  }
  for (const leaf of leaves) leaf.quiet()
  await until('every spool is empty', () => leaves.every(({ uplink }) => uplink.state().spool.depth === 0), 90_000)

  for (const { id, uids, uplink } of leaves) {
    expect(uplink.state().dropped).toBe(0)
    expect(uplink.state().spool.thinned).toBe(0)
    const kept = await rowsOf<{ report_uid: string }>(
      region.databaseUrl ?? '',
      'select report_uid from reports r join nodes n on n.id = r.node_id where n.agent_id = $1 order by 1',
      id,
    )
    expect(kept.map(({ report_uid }) => report_uid)).toEqual([...uids].sort())
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
  const open = await rowsOf<{ count: number }>(
    root.databaseUrl ?? '',
    `select count(*)::int as count from (select node_id, type, subject from alerts where status <> 'resolved' group by 1, 2, 3 having count(*) > 1) t`,
  )
  expect(open).toEqual([{ count: 0 }])
}, 180_000)

test('a root that is killed again and again ends with the state of its regions', async () => {
  const root = await tree.monitor('root', { env })
  const region = await tree.monitor('region', { inside: true, parents: [root.url], env })
  const leaves = await Promise.all(['a', 'b'].map((id) => spoolingLeaf(region, id)))
  for (let round = 0; round < 4; round++) {
    const upSinceMs = Date.now()
    const aliveMs = 200 + Math.random() * 1_500
    await until('the moment has come', () => Date.now() - upSinceMs > aliveMs)
    await root.kill()
    await root.start()
  }
  for (const leaf of leaves) leaf.quiet()
  await until('every spool is empty', () => leaves.every(({ uplink }) => uplink.state().spool.depth === 0), 60_000)
  await until(
    'the root holds the state of the region',
    async () => {
      const own = await keptState(region.databaseUrl ?? '', 'region')
      expect(await keptState(root.databaseUrl ?? '', 'region')).toEqual(own)
      return true
    },
    90_000,
  )
}, 180_000)
