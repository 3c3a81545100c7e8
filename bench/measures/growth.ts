import { setTimeout as sleep } from 'node:timers/promises'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { below, type CortexNode, monitorOver, post, startCortex } from '../support/cortex.ts'
import { timeRoundTrips } from '../support/pipe.ts'
import { plantLeaves, untilKnown } from '../support/planted.ts'
import { requestBody } from '../support/request.ts'
import { spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, type Row } from '../support/table.ts'
import { usageOf } from '../support/usage.ts'

const intervalMs = 10_000
const calmChanges = 5
const manyChanges = 50
const slow = { CORTEX_OFFLINE_AFTER_S: '600' }

/**
 * What a root costs while the region below it grows: its nodes report every 10 s, and the health of some changes. Root
 * and region are processes; the nodes are rows, keys and a program that reports for them. Bare: the root while none reports.
 */
export async function measureGrowth(scene: Scene, nodeArguments: readonly string[] = []): Promise<Row[]> {
  const steps = scene.quick ? [100, 1_000] : [100, 1_000, 10_000]
  const watchMs = scene.quick ? 10_000 : 30_000
  const [rootUrl, regionUrl] = [await scene.newDatabase('growth_root'), await scene.newDatabase('growth_region')]
  const root = await startCortex(scene, 'growth-root', { ...monitorOver(rootUrl), ...slow }, nodeArguments)
  const proxy = await startTcpProxy(root.url)
  scene.onEnd(() => proxy.close())
  const region = await startCortex(scene, 'growth-region', { ...monitorOver(regionUrl), ...slow, ...below(proxy) })

  const leaves = await plantLeaves(scene, region, regionUrl, { prefix: 'grown', count: steps.at(-1) ?? 0 })
  const rows: Row[] = []
  for (const count of steps) {
    await leaves.report({ nodes: count, durationMs: 0, intervalMs: 0, changesPerSecond: 0 })
    await untilKnown(scene, rootUrl, { prefix: 'grown', count })
    const decide = () =>
      post<{ status: string }>(`${region.url}/api/v1/decisions/request`, requestBody('grown-0'), {
        'x-api-key': leaves.senders[0]?.key ?? '',
      })
    await decide()
    await sleep(scene.quick ? 2_000 : 10_000)
    const quiet = await watched(root, async () => sleep(watchMs / 2))
    for (const changesPerSecond of count === steps.at(-1) ? [0, calmChanges, manyChanges] : [0, calmChanges]) {
      const upBefore = proxy.bytesUp()
      const order = { nodes: count, durationMs: watchMs, intervalMs, changesPerSecond }
      const busy = await watched(root, () => leaves.report(order))
      const upBytes = (proxy.bytesUp() - upBefore) / count / (busy.tookS / 60)
      const decisions = spreadOf(await timeRoundTrips(scene.quick ? 10 : 50, decide))
      rows.push({
        what: `root, ${digits(count)} nodes below a region, ${changesPerSecond} changes/s, share of a core`,
        ours: `${digits(busy.share)} %`,
        bare: `${digits(quiet.share)} %`,
        ratio: '',
        note: `${digits(busy.rssMb)} MB resident; ${digits(upBytes)} bytes up a node and minute; decision ${ms(decisions.p50)}, p99 ${ms(decisions.p99)}`,
      })
    }
  }
  await leaves.stop()
  await region.stop()
  await root.stop()
  return rows
}

/** Share of a core in percent while that is done, and what is resident after it. */
export async function watched(node: CortexNode, act: () => Promise<unknown>) {
  const before = usageOf(node.pid)
  const beganAt = performance.now()
  await act()
  const tookS = (performance.now() - beganAt) / 1000
  const after = usageOf(node.pid)
  return { tookS, share: ((after.cpuSeconds - before.cpuSeconds) / tookS) * 100, rssMb: after.rssMb }
}
