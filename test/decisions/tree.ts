import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { Decision, DecisionAnswer } from '../../src/contract/decisions.ts'
import { startNode, type RunningNode } from '../../src/node/node.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createTestDatabase } from '../support/database.ts'
import { expectData, type HttpAnswer, type HttpClient, httpClient, login } from '../support/http.ts'
import type { ModelStub } from '../support/model-stub.ts'
import { type NodeProcess, startNodeProcess } from '../support/node-process.ts'

export const adminPassword = 'first-start-password'
export const registrationToken = 'token-of-this-tree'
const hopNames = ['root', 'region', 'region2'] as const
export type HopName = (typeof hopNames)[number]

/** One monitor of the tree, a whole node in this process, or a process of its own that can be killed. */
export interface Hop {
  id: HopName
  /** Its API with the rights of `admin`. */
  admin: HttpClient
  /** Its API without any credential. */
  anonymous: HttpClient
  /** What it runs with, its port as it turned out. */
  env: Record<string, string>
  /** Everything that it logged. */
  lines: string[]
  address(): string
  stop(): Promise<void>
  /** Ends its process as `kill -9` does; only of a hop among `processes`. */
  kill(): Promise<void>
  /** Comes up again at the same port, with the same data; `more` is added to its environment. */
  start(more?: Record<string, string>): Promise<void>
  /** The decision of that request as this monitor shows it; null when it has none. */
  decision(requestId: string): Promise<Decision | null>
}

/** A node without a monitor, played by the test: an id and a key at `region2`. */
export interface Leaf {
  id: string
  api: HttpClient
  ask(request?: Asking): Promise<DecisionAnswer>
  askRaw(request?: Asking): Promise<HttpAnswer>
}

export interface Asking {
  fix?: string
  type?: string
  requestId?: string | undefined
  deadlineMs?: number
  path?: string[]
  issue?: Record<string, unknown>
}

export const newRequestId = (): string => `request-${randomUUID()}`

/** Waits for a condition, at most 15 s. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 })

/** A model for a monitor: `startTree({ root: modelOf(stub) })`. */
export function modelOf(stub: ModelStub): Record<string, string> {
  return {
    OPENAI_BASE_URL: stub.baseUrl,
    OPENAI_API_KEY: 'test-key',
    CORTEX_LLM_MODEL: 'stub',
    CORTEX_LLM_RETRIES: '0',
    CORTEX_LLM_CIRCUIT_FAILURES: '1000',
    CORTEX_LLM_BUDGET_PER_HOUR: '100000',
  }
}

/** Policy rules of a monitor, in its environment. */
export const rulesOf = (...rules: object[]): Record<string, string> => ({
  CORTEX_DECISIONS_POLICY_RULES: JSON.stringify(rules),
})

/** The environment of one monitor of a tree. */
function hopEnvironment(id: string, dataDir: string, databaseUrl: string): Record<string, string> {
  return {
    CORTEX_NODE_ID: id,
    CORTEX_HOST: '127.0.0.1',
    CORTEX_PORT: '0',
    CORTEX_DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    CORTEX_PROBE_ENABLED: 'false',
    CORTEX_ADMIN_PASSWORD: adminPassword,
    CORTEX_REGISTRATION_TOKEN: registrationToken,
    CORTEX_ROLLUP_INTERVAL_S: '0.1',
    CORTEX_RATE_LIMIT_REPORTS_PER_MINUTE: '100000',
    CORTEX_RATE_LIMIT_QUERIES_PER_MINUTE: '100000',
    CORTEX_RATE_LIMIT_AUTH_PER_MINUTE: '1000',
  }
}

async function startHop(
  id: HopName,
  folder: string,
  databaseUrl: string,
  more: Record<string, string>,
  asProcess: boolean,
): Promise<Hop> {
  const lines: string[] = []
  const logger = createLogger({ level: 'info', node: id, write: (line) => lines.push(line) })
  const env: Record<string, string> = { ...hopEnvironment(id, join(folder, id), databaseUrl), ...more }
  let node: RunningNode | null = null
  let child: NodeProcess | null = null
  const endChild = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    await child?.end(signal)
    child = null
  }
  const hop = {
    async start(extra: Record<string, string> = {}): Promise<void> {
      Object.assign(env, extra)
      if (asProcess) child = await startNodeProcess(env)
      else node = await startNode(loadConfig({ env }), logger)
      env['CORTEX_PORT'] = child ? new URL(child.url).port : String(node?.port)
    },
    async stop(): Promise<void> {
      await endChild('SIGTERM')
      await node?.stop('the test wants it')
      node = null
    },
    kill: () => endChild('SIGKILL'),
    address: () => `http://127.0.0.1:${env['CORTEX_PORT']}`,
  }
  await hop.start()
  const anonymous = httpClient(`${hop.address()}/api/v1`)
  const admin = await login(anonymous, 'admin', adminPassword)
  return { id, env, lines, admin, anonymous, ...hop, decision: (requestId) => decisionAt(admin, requestId) }
}

async function decisionAt(admin: HttpClient, requestId: string): Promise<Decision | null> {
  const { decisions } = expectData(await admin.get('/decisions?limit=1000'))
  return (
    Decision.array()
      .parse(decisions)
      .find((decision) => decision.request_id === requestId) ?? null
  )
}

/** Registers a node of that name at a monitor and speaks with its key. */
export async function registerLeaf(
  parent: Hop,
  id = `leaf-${randomUUID().slice(0, 8)}`,
  role: 'probe' | 'monitor' = 'probe',
): Promise<Leaf> {
  const registration = { agent_id: id, name: id, role, registration_token: registrationToken }
  const receipt = expectData(await parent.anonymous.post('/cluster/register', registration))
  const api = parent.anonymous.withKey(String(receipt['api_key']))
  const askRaw = (asking: Asking = {}) => api.post('/decisions/request', requestBody(id, asking))
  return { id, api, askRaw, ask: async (asking) => DecisionAnswer.parse(expectData(await askRaw(asking))) }
}

function requestBody(agentId: string, asking: Asking) {
  const { fix = 'systemctl restart nginx', type = 'service_down', requestId, deadlineMs, path, issue } = asking
  return {
    agent_id: agentId,
    issue: {
      type,
      description: 'nginx is down',
      severity: 'high',
      proposed_fix: fix,
      details: { service: 'nginx' },
      ...issue,
    },
    context: {},
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(deadlineMs === undefined ? {} : { deadline_ms: deadlineMs }),
    ...(path === undefined ? {} : { path }),
  }
}

/** A root alone, on a database of its own; `close` ends both. */
export async function startRoot(env: Record<string, string> = {}): Promise<{ root: Hop; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-decisions-'))
  const database = await createTestDatabase()
  const root = await startHop('root', folder, database.url, env, false)
  return {
    root,
    async close() {
      await root.stop()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface Tree {
  root: Hop
  region: Hop
  region2: Hop
  /** From the leaf's monitor up. */
  hops: [Hop, Hop, Hop]
  leaf: Leaf
  close(): Promise<void>
}

/** Three monitors in a row, each with a database of its own and joined through the API, and a leaf below the last. */
export async function startTree(
  more: Partial<Record<HopName | 'all', Record<string, string>>> = {},
  { processes = [] }: { processes?: readonly HopName[] } = {},
): Promise<Tree> {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-decisions-'))
  const undo: Array<() => Promise<void>> = []
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const started: Hop[] = []
    for (const id of hopNames) {
      const database = await createTestDatabase()
      undo.push(() => database.drop())
      const parent = started.at(-1)
      const upstream: Record<string, string> = parent
        ? { CORTEX_UPSTREAM_URL: parent.address(), CORTEX_UPSTREAM_TOKEN: registrationToken }
        : {}
      const hop = await startHop(
        id,
        folder,
        database.url,
        { ...upstream, ...more.all, ...more[id] },
        processes.includes(id),
      )
      undo.push(() => hop.stop())
      started.push(hop)
    }
    const [root, region, region2] = started as [Hop, Hop, Hop]
    await eventually(async () => {
      const data = expectData(await root.admin.get('/cluster/nodes'))
      if (!JSON.stringify(data).includes('"region2"')) throw new Error('the root does not know region2 yet')
    })
    return { root, region, region2, hops: [region2, region, root], leaf: await registerLeaf(region2), close }
  } catch (error) {
    await close()
    throw error
  }
}
