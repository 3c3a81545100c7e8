import { afflict, type NetworkFault } from '../support/fault-proxy.ts'
import { type KeptRows, keptRows } from '../support/kept-rows.ts'
import { createLedger, type Ledger } from '../support/ledger.ts'
import { startModelStub } from '../support/model-stub.ts'
import { refuseWord, type SpoolingLeaf, startSpoolingLeaf } from '../support/spooling-leaf.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { type NodeOptions, plantTree, type Tree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { Notice } from '../../src/contract/notifications.ts'
import { modelOf } from '../decisions/tree.ts'
import { startReceiver } from '../notifications/receivers.ts'
import { keptState } from '../tree/kept-state.ts'

const leafIds = ['leaf-a', 'leaf-b'] as const

/** A root and a region with their networks, leaves that make load, a model, and a receiver of what both monitors tell. */
export interface FaultRig {
  tree: Tree
  ledger: Ledger
  root: TreeNode
  region: TreeNode
  /** Between region and root, and between leaves and region. */
  wires: Record<'upper' | 'lower', TcpProxy>
  leaves: readonly SpoolingLeaf[]
  breakWire(which: 'upper' | 'lower', fault: NetworkFault): Promise<void>
  /** Begins a new fault on one leaf, ends the one before, and asks for a repair. */
  stir(): void
  /** Mends the networks and waits until all has arrived and nothing is as it must not be; throws what is. */
  settle(timeoutMs: number): Promise<void>
  /** What both monitors keep. */
  kept(): Promise<KeptRows[]>
  close(): Promise<void>
}

/** Starts it; the nodes are as `options` says. */
export async function startFaultRig(options: NodeOptions): Promise<FaultRig> {
  const tree = plantTree()
  const ledger = createLedger()
  const model = await startModelStub({
    kind: 'choose',
    choose: (text) => ({ kind: text.includes(refuseWord) ? 'reject' : 'approve' }),
  })
  const receiver = await startReceiver(({ path, headers, body }) => {
    const { kind, alerts } = Notice.parse(body)
    ledger.told({
      monitorId: path.slice(1),
      key: String(headers['idempotency-key']),
      kind,
      alerts,
      atMs: performance.now(),
    })
    return {}
  })
  const leaves: SpoolingLeaf[] = []
  const asked = new Set<Promise<unknown>>()
  let stirred = 0
  const env = {
    CORTEX_OFFLINE_AFTER_S: '60',
    CORTEX_ALERTING_GROUP_WAIT_S: '0.2',
    CORTEX_NOTIFICATIONS_ALLOWED_ADDRESSES: '127.0.0.1',
    CORTEX_NOTIFICATIONS_TIMEOUT_MS: '3000',
    CORTEX_NOTIFICATIONS_RETRY_MIN_MS: '100',
    CORTEX_NOTIFICATIONS_RETRY_MAX_MS: '500',
    ...modelOf(model),
    ...options.env,
  }

  async function close(): Promise<void> {
    for (const leaf of leaves) await leaf.close()
    await Promise.all(asked)
    await tree.close()
    await receiver.close()
    await model.close()
  }
  try {
    const root = await tree.monitor('root', { ...options, env })
    const upper = await tree.proxy(root)
    const region = await tree.monitor('region', { ...options, env, parents: [upper.url] })
    const lower = await tree.proxy(region)
    for (const monitor of [root, region]) {
      const channel = { type: 'webhook', name: 'hook', config: { url: `${receiver.url}/${monitor.id}` } }
      const { status } = await monitor.api.post('/../alerts/channels', channel)
      if (status !== 201) throw new Error(`no channel at ${monitor.id}: ${status}`)
    }
    for (const id of leafIds)
      leaves.push(await startSpoolingLeaf({ monitor: region, parentUrl: lower.url, id, reportMs: 100, ledger }))
    const wires = { upper, lower }
    const monitors = [root, region]
    const kept = () => Promise.all(monitors.map(({ id, databaseUrl }) => keptRows(id, databaseUrl ?? '')))

    return {
      tree,
      ledger,
      root,
      region,
      wires,
      leaves,
      kept,
      close,
      breakWire: (which, fault) => afflict(wires[which], fault),
      stir() {
        stirred += 1
        const leaf = leaves[stirred % leaves.length]
        if (!leaf) return
        leaf.begin(`s-${stirred}`)
        const [oldest, ...others] = leaf.faults()
        if (oldest !== undefined && others.length > 0) leaf.end(oldest)
        const asking = leaf.ask(stirred % 3 === 0 ? 'reject' : 'approve').finally(() => asked.delete(asking))
        asked.add(asking)
      },
      async settle(timeoutMs) {
        await upper.heal()
        await lower.heal()
        for (const leaf of leaves) {
          await leaf.arrived(timeoutMs)
          // What has left the spool has arrived, also where the answer was never heard.
          for (const uid of leaf.uids) ledger.report(region.id, leaf.id, uid)
        }
        await until('every question has its answer', () => asked.size === 0, timeoutMs)
        await until(
          'all is as it must be',
          async () => {
            const wrong = (await kept()).flatMap((rows) => ledger.violations(rows, { settled: true }))
            const told = ledger.noticeViolations({ settled: true })
            if (wrong.length + told.length > 0) throw new Error([...wrong, ...told].join('\n'))
            const [above, own] = await Promise.all(
              monitors.map(({ databaseUrl }) => keptState(databaseUrl ?? '', 'region')),
            )
            return JSON.stringify(above) === JSON.stringify(own)
          },
          timeoutMs,
        )
        for (const leaf of leaves) leaf.resume()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
