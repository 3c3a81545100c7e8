import { mkdtempSync, rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { openDatabase } from '../../src/db/open.ts'
import { expectData, type HttpClient, httpClient } from '../support/http.ts'
import { quiet } from '../support/quiet-logger.ts'
import { adminPassword, type NodeOptions, plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'

/** Shells of a test run as nobody when the tests run as root: what they are told to do cannot harm. */
const harmless: Record<string, string> = process.getuid?.() === 0 ? { CORTEX_TERMINAL_RUN_AS: 'nobody' } : {}
/** Hosts are looked at for rules every second. */
const looking = { CORTEX_MONITOR_RULE_LOOK_INTERVAL_S: '1' }
const hurriedly = { CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000', CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '1000' }

export interface AuditEntry {
  actor: string
  action: string
  target: string | null
  details: Record<string, unknown>
}

/**
 * Root, region and leaf as processes, and an operator's view of them: what is asked is asked at the root. `host` makes the
 * leaf another than one without containers.
 */
export async function threeLevels(host: Pick<NodeOptions, 'env' | 'user'> = {}) {
  const tree = plantTree()
  const scratch = mkdtempSync(join(tmpdir(), 'cortex-operations-'))
  async function close(): Promise<void> {
    await tree.close()
    rmSync(scratch, { recursive: true, force: true })
  }
  try {
    await chmod(scratch, 0o755)
    const noDocker = { CORTEX_DOCKER_SOCKET: join(scratch, 'no-engine.sock') }
    const capabilities = { CORTEX_CAPABILITIES: `files:${scratch},processes,terminal,nginx,docker` }
    const root = await tree.monitor('root', {
      probe: true,
      env: { ...hurriedly, ...harmless, ...noDocker, ...capabilities },
    })
    const region = await tree.monitor('region', {
      parents: [root.url],
      env: { ...harmless, ...noDocker, ...looking },
    })
    const leaf = await tree.leaf('leaf', {
      parents: [region.url],
      env: { ...harmless, ...noDocker, ...capabilities, ...host.env },
      user: host.user,
    })
    const { http, token } = await signInAsOperator(root, 'ann')
    const ids = await until('every node is a server at the root and its host answers', () => serversOf(http))
    return { tree, scratch, root, region, leaf, http, token, ids, close }
  } catch (error) {
    await close()
    throw error
  }
}
export type ThreeLevels = Awaited<ReturnType<typeof threeLevels>>

/** Somebody new, an operator; `disable` is what an admin does about that account. */
export async function signInAsOperator(
  root: TreeNode,
  username: string,
): Promise<{ http: HttpClient; token: string; disable: () => Promise<void> }> {
  const http = httpClient(`${root.url}/api`)
  const signIn = async (name: string, password: string) =>
    z.object({ token: z.string() }).parse((await http.post('/auth/login', { username: name, password })).body).token
  const adminToken = await signIn('admin', adminPassword)
  const admin = httpClient(`${root.url}/api/v1`).withToken(adminToken)
  const password = `password-of-${username}`
  const { user_id } = z
    .object({ user_id: z.number() })
    .parse(expectData(await admin.post('/auth/users', { username, password, role: 'operator' }), 201))
  const token = await signIn(username, password)
  const disable = async () => {
    expectData(await admin.patch(`/auth/users/${user_id}`, { disabled: true }))
  }
  return { http: http.withToken(token), token, disable }
}

const Servers = z.object({ servers: z.array(z.object({ id: z.number(), agent_id: z.string() })) })

/** Numbers of the three at the root. Throws until all are there and can be asked. */
async function serversOf(http: HttpClient): Promise<{ root: number; region: number; leaf: number }> {
  const { servers } = Servers.parse((await http.get('/servers')).body)
  const id = (agentId: string) => servers.find((server) => server.agent_id === agentId)?.id
  const [root, region, leaf] = [id('root'), id('region'), id('leaf')]
  if (root === undefined || region === undefined || leaf === undefined) {
    throw new Error(`only ${JSON.stringify(servers.map((server) => server.agent_id))}`)
  }
  for (const server of [root, region, leaf]) {
    const { status, body } = await http.get(`/servers/${server}/files/roots`)
    if (status !== 200) throw new Error(`${server}: ${status} ${JSON.stringify(body)}`)
  }
  return { root, region, leaf }
}

/** What the monitor logged of a server, oldest first. */
export async function auditOfMonitor(node: TreeNode, target: string): Promise<AuditEntry[]> {
  if (node.databaseUrl === null) throw new Error(`${node.id} has no database`)
  const database = await openDatabase({ url: node.databaseUrl, logger: quiet, max: 1, rawMax: 1 })
  try {
    return await database.sql<AuditEntry[]>`
      select actor, action, target, details from audit_log where target = ${target} order by id`
  } finally {
    await database.close()
  }
}

/** What a host logged itself, oldest first. */
export function auditOfHost(node: TreeNode): AuditEntry[] {
  const db = new DatabaseSync(join(node.dataDir, 'host-audit.sqlite'), { readOnly: true })
  try {
    const rows = db.prepare('select actor, action, target, details from entries order by id').all()
    return rows.map((row) => ({
      actor: String(row['actor']),
      action: String(row['action']),
      target: row['target'] === null ? null : String(row['target']),
      details: z.record(z.string(), z.unknown()).parse(JSON.parse(String(row['details']))),
    }))
  } finally {
    db.close()
  }
}
