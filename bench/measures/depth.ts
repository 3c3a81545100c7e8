import { setTimeout as sleep } from 'node:timers/promises'
import { below, type CortexNode, monitorOver, post, startCortex } from '../support/cortex.ts'
import { timeRoundTrips } from '../support/pipe.ts'
import { type Planted, plantLeaves, untilKnown } from '../support/planted.ts'
import { requestBody } from '../support/request.ts'
import { spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, type Row } from '../support/table.ts'
import { watched } from './growth.ts'

const nodesEach = 100
const changesPerSecond = 5
const settled = { CORTEX_OFFLINE_AFTER_S: '600', CORTEX_ROLLUP_INTERVAL_S: '2' }

/**
 * Monitors below one another, a process each, with a hundred leaves at every one: what the same changes cost the root
 * when they come from further below, and how long a decision takes from there. Bare: the root while nobody reports.
 */
export async function measureDepth(scene: Scene): Promise<Row[]> {
  const deepest = scene.quick ? 4 : 6
  const watchMs = scene.quick ? 8_000 : 20_000
  const monitors: CortexNode[] = []
  const fleets: Planted[] = []
  const rootUrl = await scene.newDatabase('depth_1')
  for (let level = 1; level < deepest; level++) {
    const url = level === 1 ? rootUrl : await scene.newDatabase(`depth_${level}`)
    const above = monitors.at(-1)
    const monitor = await startCortex(scene, `depth-${level}`, {
      ...monitorOver(url),
      ...settled,
      ...(above ? below(above) : {}),
    })
    monitors.push(monitor)
    fleets.push(await plantLeaves(scene, monitor, url, { prefix: `level-${level}`, count: nodesEach }))
  }
  const [root] = monitors
  if (!root) throw new Error('a tree has a root')
  for (const fleet of fleets) await fleet.report({ durationMs: 0, intervalMs: 0, changesPerSecond: 0 })
  await untilKnown(scene, rootUrl, { prefix: 'level', count: nodesEach * fleets.length })
  await sleep(2_000)
  const quiet = await watched(root, () => sleep(watchMs / 2))

  const rows: Row[] = []
  for (const [at, fleet] of fleets.entries()) {
    const monitor = monitors[at]
    const [sender] = fleet.senders
    if (!monitor || !sender) throw new Error('every level has its leaves')
    const busy = await watched(root, () => fleet.report({ durationMs: watchMs, intervalMs: 10_000, changesPerSecond }))
    const decide = () =>
      post(`${monitor.url}/api/v1/decisions/request`, requestBody(sender.agentId), { 'x-api-key': sender.key })
    await decide()
    const decisions = spreadOf(await timeRoundTrips(scene.quick ? 10 : 50, decide))
    rows.push({
      what: `root, tree of depth ${at + 2}, ${changesPerSecond} changes/s at its end, share of a core`,
      ours: `${digits(busy.share)} %`,
      bare: `${digits(quiet.share)} %`,
      ratio: '',
      note: `${digits(busy.rssMb)} MB resident; decision from there ${ms(decisions.p50)}, p99 ${ms(decisions.p99)}`,
    })
  }
  for (const fleet of fleets) await fleet.stop()
  for (const monitor of monitors.toReversed()) await monitor.stop()
  return rows
}
