import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Notice } from '../../src/contract/notifications.ts'
import { runningPostgresUrl } from '../../src/db/embedded/running.ts'
import { modelOf } from '../decisions/tree.ts'
import { startReceiver } from '../notifications/receivers.ts'
import { keptRows } from '../support/kept-rows.ts'
import { createLedger, type Ledger } from '../support/ledger.ts'
import { startModelStub } from '../support/model-stub.ts'
import { type SupervisedService, supervisedService } from '../support/service.ts'
import { refuseWord, type SpoolingLeaf, startSpoolingLeaf } from '../support/spooling-leaf.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { plantTree, type Tree, type TreeNode } from '../support/tree.ts'

/** One region with what is between it and its neighbours. */
export interface Region {
  node: TreeNode
  /** Between it and the root, and between its leaves and it. */
  upper: TcpProxy
  lower: TcpProxy
  /** A leaf that is a process: it gives out a folder and terminals, and supervises a service. */
  worker: TreeNode
  service: SupervisedService
  /** Leaves whose every word is known: they make the load. */
  leaves: SpoolingLeaf[]
  /** What was acknowledged to them. */
  ledger: Ledger
}

/** The tree of a soak: a root, two regions, leaves below each; every monitor with a PostgreSQL of its own. */
export interface World {
  tree: Tree
  root: TreeNode
  regions: readonly Region[]
  /** A folder that the workers give out. */
  files: string
  /** Starts another leaf below that region. */
  joinLeaf(region: Region, id: string): Promise<SpoolingLeaf>
  /** What must hold and does not, at every monitor. Rejects while a database is away. */
  violations(options: { settled: boolean }): Promise<string[]>
  close(): Promise<void>
}

/** Longer than the longest break of a network, with a kill and a start behind it. */
const lateNoticeMs = 90_000
const reportMs = 500
const leavesEach = 2
const regionNames = ['east', 'west']
const everywhere = {
  CORTEX_REPORT_INTERVAL_S: '2',
  CORTEX_HEARTBEAT_INTERVAL_S: '2',
  CORTEX_MONITOR_ROLLUP_INTERVAL_S: '1',
  // Short cuts are the weather of this tree: nobody is called for them.
  CORTEX_OFFLINE_AFTER_S: '60',
  CORTEX_ALERTING_GROUP_WAIT_S: '0.2',
  CORTEX_NOTIFICATIONS_ALLOWED_ADDRESSES: '127.0.0.1',
  CORTEX_NOTIFICATIONS_TIMEOUT_MS: '3000',
  CORTEX_NOTIFICATIONS_RETRY_MIN_MS: '100',
  CORTEX_NOTIFICATIONS_RETRY_MAX_MS: '1000',
  CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000',
  CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '1000',
}

/** The address of the PostgreSQL that this monitor runs now. Throws while it runs none. */
export function databaseOf(node: TreeNode): string {
  const url = runningPostgresUrl(node.dataDir)
  if (url === undefined) throw new Error(`${node.id} has no database right now`)
  return url
}

export async function startWorld(): Promise<World> {
  const tree = plantTree()
  const regions: Region[] = []
  const closing: Array<() => Promise<unknown> | void> = [() => tree.close()]
  async function close(): Promise<void> {
    for (const end of closing.splice(0).toReversed()) await end()
  }
  try {
    const files = mkdtempSync(join(tmpdir(), 'cortex-soak-'))
    closing.unshift(() => rmSync(files, { recursive: true, force: true }))
    chmodSync(files, 0o755)
    const model = await startModelStub({
      kind: 'choose',
      choose: (text) => ({ kind: text.includes(refuseWord) ? 'reject' : 'approve' }),
    })
    closing.unshift(() => model.close())
    const receiver = await startReceiver(({ path, headers, body }) => {
      const { kind, alerts } = Notice.parse(body)
      const key = String(headers['idempotency-key'])
      const monitorId = path.slice(1)
      for (const { node, ledger } of regions)
        if (monitorId === root.id || monitorId === node.id)
          ledger.told({ monitorId, key, kind, alerts, atMs: performance.now() })
      return {}
    })
    closing.unshift(() => receiver.close())
    const monitor = async (id: string, parents: string[] = []) => {
      const node = await tree.monitor(id, { ownDatabase: true, parents, env: { ...everywhere, ...modelOf(model) } })
      const config = { url: `${receiver.url}/${id}` }
      const { status } = await node.api.post('/../alerts/channels', { type: 'webhook', name: 'hook', config })
      if (status !== 201) throw new Error(`no channel at ${id}: ${status}`)
      return node
    }

    const root = await monitor('root')
    async function plantRegion(name: string): Promise<Region> {
      const upper = await tree.proxy(root)
      const node = await monitor(name, [upper.url])
      const lower = await tree.proxy(node)
      const service = await supervisedService({ decisions: { cool_down_s: 1 } })
      closing.unshift(() => service.close())
      const capabilities = {
        CORTEX_CAPABILITIES: `processes,terminal,files:${files}`,
        ...(process.getuid?.() === 0 ? { CORTEX_TERMINAL_RUN_AS: 'nobody' } : {}),
      }
      const env = { ...everywhere, ...capabilities, ...service.env }
      const worker = await tree.leaf(`worker-${name}`, { parents: [lower.url], env })
      return { node, upper, lower, worker, service, leaves: [], ledger: createLedger({ lateNoticeMs }) }
    }
    async function joinLeaf(region: Region, id: string): Promise<SpoolingLeaf> {
      const { node, lower, leaves, ledger } = region
      const leaf = await startSpoolingLeaf({ monitor: node, parentUrl: lower.url, id, reportMs, ledger })
      leaves.push(leaf)
      return leaf
    }
    closing.push(async () => {
      for (const { leaves } of regions) for (const leaf of leaves) await leaf.close()
    })
    for (const name of regionNames) {
      const region = await plantRegion(name)
      regions.push(region)
      for (let at = 1; at <= leavesEach; at++) await joinLeaf(region, `${name}-${at}`)
    }
    const keptAt = (node: TreeNode) => keptRows(node.id, databaseOf(node))
    return {
      tree,
      root,
      regions,
      files,
      joinLeaf,
      async violations(options) {
        const atRoot = await keptAt(root)
        const found: string[] = []
        for (const { node, ledger } of regions) {
          found.push(...ledger.violations(await keptAt(node), options), ...ledger.violations(atRoot, options))
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
