import { setTimeout as sleep } from 'node:timers/promises'
import { installBundle } from '../support/bundle.ts'
import { type CortexNode, below, monitorOver, registrationToken, password, startCortex } from '../support/cortex.ts'
import { startProgram } from '../support/program.ts'
import { medianOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'
import { usageOf } from '../support/usage.ts'

/** The environment of a node that only watches its host. */
const asLeaf = (parent: CortexNode) => ({ CORTEX_MONITOR_ENABLED: 'false', ...below(parent) })

/** First starts, and what a leaf costs that reports every 10 s; beside a bare process that answers over HTTP. */
export async function measureFootprint(scene: Scene): Promise<Row[]> {
  const watchMs = scene.quick ? 10_000 : 30_000
  const repeats = scene.quick ? 1 : 3
  const roots: number[] = []
  const leaves: number[] = []
  const bares: number[] = []
  for (let i = 0; i < repeats; i++) {
    const beganAt = performance.now()
    await (await startProgram('bare')).stop()
    bares.push(performance.now() - beganAt)
    const first = await startCortex(scene, `first-root-${i}`, {
      CORTEX_ADMIN_PASSWORD: password,
      CORTEX_REGISTRATION_TOKEN: registrationToken,
    })
    roots.push(first.startMs)
    const leaf = await startCortex(scene, `first-leaf-${i}`, asLeaf(first))
    leaves.push(leaf.startMs)
    await leaf.stop()
    await first.stop()
  }

  const root = await startCortex(scene, 'watched-root', monitorOver(await scene.newDatabase('watched')))
  const leaf = await startCortex(scene, 'watched-leaf', asLeaf(root))
  const bundled = await startCortex(scene, 'bundled-leaf', asLeaf(root), [], installBundle(scene))
  const bare = await startProgram('bare')
  scene.onEnd(bare.stop)
  // What a start costs is not what a running node costs.
  await sleep(15_000)
  const [ourBefore, bareBefore] = [usageOf(leaf.pid), usageOf(bare.pid)]
  await sleep(watchMs)
  const [ours, bundles, bares2] = [usageOf(leaf.pid), usageOf(bundled.pid), usageOf(bare.pid)]
  for (const ending of [bare, bundled, leaf, root]) await ending.stop()

  const share = (after: number, before: number) => ((after - before) / (watchMs / 1000)) * 100
  const bareStart = medianOf(bares)
  return [
    {
      what: 'first start of a root, PostgreSQL made and started',
      ours: ms(medianOf(roots)),
      bare: ms(bareStart + scene.databaseStartMs),
      ratio: ratio(medianOf(roots) / (bareStart + scene.databaseStartMs)),
      note: 'bare: initdb, server start and a bare process, one after the other',
    },
    {
      what: 'first start of a leaf',
      ours: ms(medianOf(leaves)),
      bare: ms(bareStart),
      ratio: ratio(medianOf(leaves) / bareStart),
    },
    {
      what: 'leaf at a 10 s interval, resident memory',
      ours: `${digits(ours.rssMb)} MB`,
      bare: `${digits(bares2.rssMb)} MB`,
      ratio: ratio(ours.rssMb / bares2.rssMb),
      note: 'from the TypeScript sources, as npm start runs them',
    },
    {
      what: '  the same from the installed package',
      ours: `${digits(bundles.rssMb)} MB`,
      bare: `${digits(bares2.rssMb)} MB`,
      ratio: ratio(bundles.rssMb / bares2.rssMb),
    },
    {
      what: 'leaf at a 10 s interval, share of a core',
      ours: `${digits(share(ours.cpuSeconds, ourBefore.cpuSeconds))} %`,
      bare: `${digits(share(bares2.cpuSeconds, bareBefore.cpuSeconds))} %`,
      ratio: '',
      note: `over ${watchMs / 1000} s, counted in steps of 0.01 s`,
    },
  ]
}
