import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { removeEmbeddedPostgres } from '../../src/db/embedded/remove.ts'
import { ended } from './program.ts'
import { type Scene, silent } from './scene.ts'

/** A node in a process of its own, as `npm start` runs it. */
export interface CortexNode {
  url: string
  port: number
  pid: number
  /** From the start of the process to its first `/healthz`. */
  startMs: number
  /** A token of its admin. */
  login(): Promise<string>
  stop(): Promise<void>
}

export const password = 'bench-admin-password'
export const registrationToken = 'bench-registration-token'
const startTimeoutMs = 120_000
const launcher = join(import.meta.dirname, '../../src/launch.cjs')

/** Starts a node, from the sources unless another program is given, and waits until it answers. No rate limit stands in the way. */
export async function startCortex(
  scene: Scene,
  id: string,
  environment: Record<string, string>,
  nodeArguments: readonly string[] = [],
  program = launcher,
): Promise<CortexNode> {
  const port = await freePort()
  const dataDir = join(scene.folder, id)
  mkdirSync(dataDir, { mode: 0o711 })
  const beganAt = performance.now()
  const child = spawn(process.execPath, [...nodeArguments, program, 'start'], {
    cwd: scene.folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      CORTEX_NODE_ID: id,
      CORTEX_HOST: '127.0.0.1',
      CORTEX_PORT: String(port),
      CORTEX_DATA_DIR: dataDir,
      CORTEX_LOG_LEVEL: 'error',
      CORTEX_RATE_LIMIT_REPORTS_PER_MINUTE: '1000000',
      CORTEX_RATE_LIMIT_QUERIES_PER_MINUTE: '1000000',
      CORTEX_RATE_LIMIT_AUTH_PER_MINUTE: '1000000',
      ...environment,
    },
  })
  const url = `http://127.0.0.1:${port}`
  const stop = () => ended(child)
  if (environment['CORTEX_MONITOR_ENABLED'] !== 'false' && !environment['DATABASE_URL']) {
    scene.onEnd(() => removeEmbeddedPostgres(dataDir, silent))
  }
  scene.onEnd(stop)
  while (!(await isUp(url))) {
    if (child.exitCode !== null) throw new Error(`${id} ended with ${child.exitCode}`)
    if (performance.now() - beganAt > startTimeoutMs) throw new Error(`${id} is not up after ${startTimeoutMs} ms`)
    await sleep(5)
  }
  const startMs = performance.now() - beganAt
  return { url, port, pid: child.pid ?? 0, startMs, stop, login: () => login(url) }
}

/** The environment of a node with a monitor over this database. */
export function monitorOver(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    CORTEX_ADMIN_PASSWORD: password,
    CORTEX_REGISTRATION_TOKEN: registrationToken,
    CORTEX_PROBE_ENABLED: 'false',
  }
}

/** The environment of a node with this parent. */
export function below(parent: Pick<CortexNode, 'url'>): Record<string, string> {
  return { CORTEX_UPSTREAM_URL: parent.url, CORTEX_UPSTREAM_TOKEN: registrationToken }
}

/** Registers a node as a leaf does; its key. */
export async function register(monitor: Pick<CortexNode, 'url'>, agentId: string): Promise<string> {
  const body = { agent_id: agentId, name: agentId, registration_token: registrationToken }
  const { api_key } = await post<{ api_key: string }>(`${monitor.url}/api/v1/cluster/register`, body)
  return api_key
}

/** Posts JSON and gives `data` of the answer; throws with the answer's text when it is no success. */
export async function post<Data>(url: string, body: object, headers: Record<string, string> = {}): Promise<Data> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`)
  return (JSON.parse(text) as { data: Data }).data
}

async function login(url: string): Promise<string> {
  const { access_token } = await post<{ access_token: string }>(`${url}/api/v1/auth/login`, {
    username: 'admin',
    password,
  })
  return access_token
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
