import { setTimeout as sleep } from 'node:timers/promises'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { below, monitorOver, startCortex } from '../support/cortex.ts'
import { plantLeaves, untilKnown } from '../support/planted.ts'
import { spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'

const count = 1_000
const intervalMs = 10_000
/** The reports of an hour. */
const reportsOfAnHour = 360
/** Of changes of every node; an odd number, so that all are in another state at the end. */
const rounds = 5
const slow = { CORTEX_OFFLINE_AFTER_S: '600' }

/**
 * A region of 1,000 leaves is cut off from the root while the health of every leaf changes, each more than once; how
 * long after healing the root knows the state of all. And 1,000 leaves that come back with a backlog: how long their
 * live reports take while it is delivered. Bare: the same without a cut, and without a backlog.
 */
export async function measureCatchUp(scene: Scene): Promise<Row[]> {
  // After this the wait between two tries has grown to its bound, as it has after an hour.
  const cutMs = scene.quick ? 20_000 : 90_000
  const backlogEach = scene.quick ? 20 : reportsOfAnHour
  const [rootUrl, regionUrl] = [await scene.newDatabase('catch_up_root'), await scene.newDatabase('catch_up_region')]
  const root = await startCortex(scene, 'catch-up-root', { ...monitorOver(rootUrl), ...slow })
  const proxy = await startTcpProxy(root.url)
  scene.onEnd(() => proxy.close())
  const region = await startCortex(scene, 'catch-up-region', { ...monitorOver(regionUrl), ...slow, ...below(proxy) })
  const leaves = await plantLeaves(scene, region, regionUrl, { prefix: 'late', count })
  const each = (changesPerSecond: number) =>
    leaves.report({ durationMs: 0, intervalMs: 0, changesPerSecond: changesPerSecond * 1_000_000 })
  const known = (health: string) => untilKnown(scene, rootUrl, { prefix: 'late', count, health })

  await each(0)
  await known('healthy')
  await each(1)
  const usualMs = await known('warning')

  proxy.cut()
  const cutAt = performance.now()
  for (let round = 0; round < rounds; round++) await each(1)
  await sleep(Math.max(0, cutMs - (performance.now() - cutAt)))
  await proxy.heal()
  const caughtUpMs = await known('healthy')

  const order = { durationMs: scene.quick ? 10_000 : 30_000, intervalMs, changesPerSecond: 0 }
  const alone = spreadOf((await leaves.report(order)).latenciesMs)
  const beganAt = performance.now()
  const loaded = await leaves.report({ ...order, backlogEach })
  const backlogS = (performance.now() - beganAt) / 1000
  const beside = spreadOf(loaded.latenciesMs)
  await leaves.stop()
  await region.stop()
  await root.stop()
  return [
    {
      what: 'state of 1,000 leaves at the root after a cut of their region, current',
      ours: ms(caughtUpMs),
      bare: ms(usualMs),
      ratio: ratio(caughtUpMs / usualMs),
      note: `after healing; cut for ${digits(cutMs / 1000)} s, ${digits(rounds * count)} changes meanwhile; bare: as many nodes change, no cut`,
    },
    {
      what: '1,000 leaves with a backlog, their live reports, p50',
      ours: ms(beside.p50),
      bare: ms(alone.p50),
      ratio: ratio(beside.p50 / alone.p50),
      note: `${digits(loaded.backlog)} old reports delivered in ${digits(backlogS)} s beside them`,
    },
    {
      what: '  p99',
      ours: ms(beside.p99),
      bare: ms(alone.p99),
      ratio: ratio(beside.p99 / alone.p99),
      note: 'bare: without a backlog',
    },
  ]
}
