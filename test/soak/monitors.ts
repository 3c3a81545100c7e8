import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeEmbeddedPostgres } from '../../src/db/embedded/remove.ts'
import { runningPostgresUrl } from '../../src/db/embedded/running.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts'
import { startBalancer } from '../support/balancer.ts'
import { type HttpClient, httpClient, login } from '../support/http.ts'
import { quiet } from '../support/quiet-logger.ts'
import { adminPassword, type Tree, type TreeNode } from '../support/tree.ts'
import { createInstrument, type Instrument } from './instrument.ts'

/** A process of the tree, with what can be done to its clock and seen of its memory. */
export interface Process {
  node: TreeNode
  instrument: Instrument
}

/** A monitor of the tree: one process, or several behind one address; with a PostgreSQL of its own. */
export interface Monitor {
  id: string
  url: string
  token: string
  api: HttpClient
  processes: readonly Process[]
  /** The folder that its PostgreSQL belongs to. */
  databaseFolder: string
  /** The address of its PostgreSQL. Throws while none runs. */
  databaseUrl(): string
}

/** How a monitor is started; `folder` is for the instruments of its processes. */
export interface MonitorOptions {
  folder: string
  parents: readonly string[]
  env: Record<string, string>
}

export async function startMonitor(tree: Tree, id: string, options: MonitorOptions): Promise<Monitor> {
  const instrument = createInstrument(options.folder, id)
  const node = await tree.monitor(id, {
    ownDatabase: true,
    parents: options.parents,
    preload: instrument.preload,
    env: { ...options.env, ...instrument.env },
  })
  const { url, token, api, dataDir } = node
  return {
    ...{ id, url, token, api, processes: [{ node, instrument }] },
    databaseFolder: dataDir,
    databaseUrl: () => databaseIn(id, dataDir),
  }
}

/** A monitor of `count` processes behind one address. Close it after the tree. */
export async function startReplicatedMonitor(
  tree: Tree,
  id: string,
  { count, folder, parents, env }: MonitorOptions & { count: number },
): Promise<{ monitor: Monitor; close(): Promise<void> }> {
  const databaseFolder = mkdtempSync(join(tmpdir(), `cortex-soak-${id}-`))
  chmodSync(databaseFolder, 0o711)
  const stack = new AsyncDisposableStack()
  stack.defer(async () => {
    await removeEmbeddedPostgres(databaseFolder, quiet)
    rmSync(databaseFolder, { recursive: true, force: true })
  })
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: databaseFolder, logger: quiet })
    stack.defer(() => postgres.stop())
    const balancer = await startBalancer()
    stack.defer(() => balancer.close())
    const together = {
      ...env,
      CORTEX_NODE_ID: id,
      CORTEX_PUBLIC_URL: balancer.url,
      CORTEX_REPLICAS_ENABLED: 'true',
      CORTEX_SECRET_KEY: randomBytes(32).toString('hex'),
    }
    const processes: Process[] = []
    for (let at = 1; at <= count; at++) {
      const name = `${id}-${at}`
      const instrument = createInstrument(folder, name)
      const node = await tree.monitor(name, {
        databaseUrl: postgres.url,
        parents,
        preload: instrument.preload,
        env: { ...together, ...instrument.env },
      })
      processes.push({ node, instrument })
    }
    balancer.use(processes.map(({ node }) => node.url))
    const api = await login(httpClient(`${balancer.url}/api/v1`), 'admin', adminPassword)
    const token = processes[0]?.node.token ?? ''
    return {
      monitor: {
        ...{ id, url: balancer.url, token, api, processes, databaseFolder },
        databaseUrl: () => databaseIn(id, databaseFolder),
      },
      close: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

function databaseIn(id: string, folder: string): string {
  const url = runningPostgresUrl(folder)
  if (url === undefined) throw new Error(`${id} has no database right now`)
  return url
}
