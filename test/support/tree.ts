import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeEmbeddedPostgres } from '../../src/db/embedded/remove.ts'
import { runningPostgresUrl } from '../../src/db/embedded/running.ts'
import { startNode } from '../../src/node/node.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { type HttpClient, httpClient, login } from './http.ts'
import { type ProcessUser, startNodeProcess } from './node-process.ts'
import { quiet } from './quiet-logger.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export const adminPassword = 'password-of-the-tree'
const maxLogLines = 400
/** Short, so that a test of a time-out takes seconds. */
const quickly = {
  CORTEX_REPORT_INTERVAL_S: '0.3',
  CORTEX_HEARTBEAT_INTERVAL_S: '0.3',
  CORTEX_OFFLINE_AFTER_S: '1.5',
  CORTEX_MONITOR_ROLLUP_INTERVAL_S: '0.3',
}
const generously = {
  CORTEX_RATE_LIMIT_REPORTS_PER_MINUTE: '100000',
  CORTEX_RATE_LIMIT_QUERIES_PER_MINUTE: '100000',
  CORTEX_RATE_LIMIT_AUTH_PER_MINUTE: '100000',
}

interface Running {
  url: string
  pid: number
  log: readonly string[]
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
  freeze(): void
  thaw(): void
}

export interface NodeOptions {
  /** Addresses of its parents: of the nodes themselves, or of proxies before them. */
  parents?: readonly string[]
  env?: Record<string, string>
  /** What a process of its own runs. Default: the sources. */
  program?: string
  /** Inside this process: quicker, but it can be neither killed nor frozen. Default: a process of its own. */
  inside?: boolean
  /** Whether it watches its host too. Default: a leaf does, a monitor does not. */
  probe?: boolean
  /** A monitor with the PostgreSQL that it runs itself, instead of a database of the tests' server. */
  ownDatabase?: boolean
  /** A monitor with this database, which somebody else made. */
  databaseUrl?: string
  /** A module that a process of its own loads before the program. */
  preload?: string | undefined
  /** In which folder its data folder is made. Default: that of temporary files. */
  folder?: string
  /** Whom a process of its own runs as. Default: who runs the tests. */
  user?: ProcessUser | undefined
}

/** One node of the tree. Its port, data folder and database stay the same over restarts. */
export interface TreeNode {
  id: string
  /** Its own, whatever address people use. */
  url: string
  /** What children show to join. */
  token: string
  dataDir: string
  /** Null on a leaf. */
  databaseUrl: string | null
  /** The v1 API as its admin; on a leaf without a login. */
  api: HttpClient
  log(): readonly string[]
  /** Of its process; null while it does not run. */
  pid(): number | null
  kill(): Promise<void>
  stop(): Promise<number | null>
  freeze(): void
  thaw(): void
  /** Starts it again, with changed variables if given. */
  start(env?: Record<string, string>): Promise<void>
}

export interface Tree {
  monitor(id: string, options?: NodeOptions): Promise<TreeNode>
  leaf(id: string, options: NodeOptions & { parents: readonly string[] }): Promise<TreeNode>
  proxy(target: { url: string }): Promise<TcpProxy>
  /** Ends every process, proxy, folder and database of the tree. */
  close(): Promise<void>
}

export const tokenOf = (id: string): string => `token-of-${id}`

/** An empty tree. Call `close` in `afterAll` or `onTestFinished`: it ends whatever was started, in whatever state. */
export function plantTree(): Tree {
  const closing: Array<() => Promise<unknown>> = []

  async function grow(id: string, role: 'monitor' | 'leaf', options: NodeOptions): Promise<TreeNode> {
    const dataDir = mkdtempSync(join(options.folder ?? tmpdir(), `cortex-tree-${id}-`))
    closing.push(async () => rmSync(dataDir, { recursive: true, force: true }))
    let database: TestDatabase | null = null
    if (options.ownDatabase) closing.push(() => removeEmbeddedPostgres(dataDir, quiet))
    else if (role === 'monitor' && options.databaseUrl === undefined) {
      database = await createTestDatabase()
      closing.push(database.drop)
    }
    const databaseUrl = options.databaseUrl ?? database?.url ?? null
    const parents = options.parents ?? []
    const env: Record<string, string> = {
      ...quickly,
      ...generously,
      CORTEX_NODE_ID: id,
      CORTEX_NODE_NAME: `Node ${id}`,
      CORTEX_HOST: '127.0.0.1',
      CORTEX_PORT: '0',
      CORTEX_DATA_DIR: dataDir,
      CORTEX_PROBE_ENABLED: String(options.probe ?? role === 'leaf'),
      CORTEX_MONITOR_ENABLED: String(role === 'monitor'),
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
      ...(role === 'monitor'
        ? { CORTEX_ADMIN_PASSWORD: adminPassword, CORTEX_REGISTRATION_TOKEN: tokenOf('tree') }
        : {}),
      ...(parents.length > 0 ? { CORTEX_UPSTREAM_URL: parents.join(','), CORTEX_UPSTREAM_TOKEN: tokenOf('tree') } : {}),
      ...options.env,
    }
    const { user, program, preload } = options
    if (user) chownSync(dataDir, user.uid, user.gid)
    const run = options.inside
      ? startInside
      : (variables: typeof env) => startOutside(variables, { user, program, preload })
    let running: Running | null = await run(env)
    closing.push(async () => running?.end(options.inside ? 'SIGTERM' : 'SIGKILL'))
    const { url } = running
    env['CORTEX_PORT'] = new URL(url).port

    const alive = (): Running => {
      if (!running) throw new Error(`${id} is not running`)
      return running
    }
    async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
      const code = await alive().end(signal)
      running = null
      return code
    }
    const node: TreeNode = {
      id,
      url,
      token: tokenOf('tree'),
      dataDir,
      databaseUrl: options.ownDatabase ? (runningPostgresUrl(dataDir) ?? null) : databaseUrl,
      api: httpClient(`${url}/api/v1`),
      log: () => alive().log,
      pid: () => running?.pid ?? null,
      async kill() {
        await end('SIGKILL')
      },
      stop: () => end('SIGTERM'),
      freeze: () => alive().freeze(),
      thaw: () => alive().thaw(),
      async start(more = {}) {
        if (running) throw new Error(`${id} is running`)
        running = await run(Object.assign(env, more))
      },
    }
    if (role === 'monitor') node.api = await login(node.api, 'admin', adminPassword)
    return node
  }

  return {
    monitor: (id, options = {}) => grow(id, 'monitor', options),
    leaf: (id, options) => grow(id, 'leaf', options),
    async proxy(target) {
      const proxy = await startTcpProxy(target.url)
      closing.push(() => proxy.close())
      return proxy
    },
    async close() {
      const failed: unknown[] = []
      for (const end of closing.splice(0).toReversed()) await end().catch((error: unknown) => failed.push(error))
      if (failed.length > 0) throw new AggregateError(failed, 'the tree was not ended cleanly')
    },
  }
}

async function startOutside(...options: Parameters<typeof startNodeProcess>): Promise<Running> {
  const started = await startNodeProcess(...options)
  return { ...started, url: started.ownUrl }
}

async function startInside(env: Record<string, string>): Promise<Running> {
  const log: string[] = []
  const logger = createLogger({
    level: 'info',
    ...(env['CORTEX_NODE_ID'] ? { node: env['CORTEX_NODE_ID'] } : {}),
    write: (line) => {
      log.push(line)
      if (log.length > maxLogLines) log.shift()
    },
  })
  const node = await startNode(loadConfig({ env }), logger)
  const impossible = (): never => {
    throw new Error('only a process of its own can be frozen')
  }
  return {
    url: node.address,
    pid: process.pid,
    log,
    async end(signal) {
      if (signal === 'SIGKILL') throw new Error('only a process of its own can be killed')
      const { failed } = await node.stop('the test ends it')
      return failed.length
    },
    freeze: impossible,
    thaw: impossible,
  }
}
