import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Notice } from '../../src/contract/notifications.ts'
import { modelOf } from '../decisions/tree.ts'
import { startReceiver } from '../notifications/receivers.ts'
import { keptRows } from '../support/kept-rows.ts'
import { createLedger, type Ledger } from '../support/ledger.ts'
import { startModelStub } from '../support/model-stub.ts'
import { refuseWord, type SpoolingLeaf, startSpoolingLeaf } from '../support/spooling-leaf.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { plantTree } from '../support/tree.ts'
import { type Host, startHost } from './hosts.ts'
import { type Monitor, type Process, startMonitor, startReplicatedMonitor } from './monitors.ts'

/** One region with what is between it and its neighbours. */
export interface Region {
  monitor: Monitor
  /** Between it and the root, and between its leaves and it. */
  upper: TcpProxy
  lower: TcpProxy
  host: Host
  /** Leaves whose every word is known: they make the load. */
  leaves: SpoolingLeaf[]
  /** What was acknowledged to them. */
  ledger: Ledger
}

/** The tree of a soak: a root, a region of one process and one of several, leaves below each. */
export interface World {
  root: Monitor
  regions: readonly [single: Region, replicated: Region]
  /** The root and both regions. */
  monitors: readonly Monitor[]
  /** Starts another leaf below that region. */
  joinLeaf(region: Region, id: string): Promise<SpoolingLeaf>
  /** What must hold and does not, at every monitor. Rejects while a database is away. */
  violations(options: { settled: boolean }): Promise<string[]>
  close(): Promise<void>
}

/** All that run in it. */
export const processesOf = ({ monitors, regions }: Pick<World, 'monitors' | 'regions'>): Process[] => [
  ...monitors.flatMap(({ processes }) => processes),
  ...regions.map(({ host }) => host),
]

/** The one process that is killed from the beginning to the end. */
export function lastReplica({ regions: [, { monitor }] }: World): Process {
  const last = monitor.processes.at(-1)
  if (!last) throw new Error(`${monitor.id} has no processes`)
  return last
}

/** Days of history that the monitors of a soak keep. */
export const keptDays = 7
/** Longer than the longest break of a network, with a kill and a start behind it. */
const lateNoticeMs = 90_000
const reportMs = 500
const leavesEach = 2
const replicas = 3
const everywhere = {
  CORTEX_REPORT_INTERVAL_S: '2',
  CORTEX_HEARTBEAT_INTERVAL_S: '2',
  CORTEX_MONITOR_ROLLUP_INTERVAL_S: '1',
  CORTEX_MONITOR_RETENTION_DAYS: String(keptDays),
  // Short cuts are the weather of this tree: nobody is called for them.
  CORTEX_OFFLINE_AFTER_S: '60',
  CORTEX_ALERTING_GROUP_WAIT_S: '0.2',
  CORTEX_NOTIFICATIONS_ALLOWED_ADDRESSES: '127.0.0.1',
  // Longer than anything is frozen: a notice whose answer was only not read in time would come twice, rightly.
  CORTEX_NOTIFICATIONS_TIMEOUT_MS: '30000',
  CORTEX_NOTIFICATIONS_RETRY_MIN_MS: '100',
  CORTEX_NOTIFICATIONS_RETRY_MAX_MS: '1000',
  CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000',
  CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '1000',
}

export async function startWorld(): Promise<World> {
  // Closed from its end: first the leaves, then the tree, then what the tree stood on.
  const [below, tree, above] = [new AsyncDisposableStack(), plantTree(), new AsyncDisposableStack()]
  async function close(): Promise<void> {
    await using stack = new AsyncDisposableStack()
    stack.use(below)
    stack.defer(() => tree.close())
    stack.use(above)
  }
  try {
    const folder = mkdtempSync(join(tmpdir(), 'cortex-soak-'))
    below.defer(() => rmSync(folder, { recursive: true, force: true }))
    const model = await startModelStub({
      kind: 'choose',
      choose: (text) => ({ kind: text.includes(refuseWord) ? 'reject' : 'approve' }),
    })
    below.defer(() => model.close())
    const regions: Region[] = []
    const receiver = await startReceiver(({ path, headers, body }) => {
      const { kind, alerts } = Notice.parse(body)
      const key = String(headers['idempotency-key'])
      const monitorId = path.slice(1)
      for (const { monitor, ledger } of regions)
        if (monitorId === root.id || monitorId === monitor.id)
          ledger.told({ monitorId, key, kind, alerts, atMs: performance.now() })
      return {}
    })
    below.defer(() => receiver.close())

    const env = { ...everywhere, ...modelOf(model) }
    async function addChannel({ api, id }: Monitor): Promise<void> {
      const config = { url: `${receiver.url}/${id}` }
      const { status } = await api.post('/../alerts/channels', { type: 'webhook', name: 'hook', config })
      if (status !== 201) throw new Error(`no channel at ${id}: ${status}`)
    }
    async function joinLeaf({ monitor, lower, leaves, ledger }: Region, id: string): Promise<SpoolingLeaf> {
      const leaf = await startSpoolingLeaf({ monitor, parentUrl: lower.url, id, reportMs, ledger })
      leaves.push(leaf)
      return leaf
    }
    async function plantRegion(monitor: Monitor, upper: TcpProxy): Promise<Region> {
      await addChannel(monitor)
      const lower = await tree.proxy(monitor)
      const { host, close: closeHost } = await startHost(tree, `worker-${monitor.id}`, {
        ...{ folder, env: everywhere, parentUrl: lower.url },
      })
      below.defer(closeHost)
      const region: Region = {
        ...{ monitor, upper, lower, host, leaves: [] },
        ledger: createLedger({ lateNoticeMs, sameTime: false }),
      }
      above.defer(async () => {
        for (const leaf of region.leaves) await leaf.close()
      })
      regions.push(region)
      for (let at = 1; at <= leavesEach; at++) await joinLeaf(region, `${monitor.id}-${at}`)
      return region
    }

    const root = await startMonitor(tree, 'root', { folder, env, parents: [] })
    await addChannel(root)
    const toEast = await tree.proxy(root)
    const single = await plantRegion(await startMonitor(tree, 'east', { folder, env, parents: [toEast.url] }), toEast)
    const toWest = await tree.proxy(root)
    const west = await startReplicatedMonitor(tree, 'west', {
      ...{ count: replicas, folder, env, parents: [toWest.url] },
    })
    below.defer(west.close)
    const replicated = await plantRegion(west.monitor, toWest)
    const keptAt = (monitor: Monitor) => keptRows(monitor.id, monitor.databaseUrl())
    return {
      root,
      regions: [single, replicated],
      monitors: [root, single.monitor, replicated.monitor],
      joinLeaf,
      async violations(options) {
        const atRoot = await keptAt(root)
        const found: string[] = []
        for (const { monitor, ledger } of regions) {
          found.push(...ledger.violations(await keptAt(monitor), options), ...ledger.violations(atRoot, options))
          found.push(...ledger.noticeViolations(options))
        }
        return found
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
