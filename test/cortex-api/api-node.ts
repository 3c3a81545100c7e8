import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { startNode } from '../../src/node/node.ts'
import type { UserRole } from '../../src/contract/common.ts'
import { createTokens } from '../../src/monitor/auth/tokens.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { checkedClient, type Contract, fetchContract } from '../support/contract.ts'
import { createTestDatabase } from '../support/database.ts'
import { expectData, type HttpClient, httpClient, login } from '../support/http.ts'

const adminPassword = 'your-password-here'
const registrationToken = 'secret-registration-token'
const password = 'password-of-a-person'
/** Known to the tests, so that they can make a token that has ended. */
const secretKey = Buffer.alloc(32, 7)

/** A root with every door open, over a database of its own. */
export interface ApiNode {
  url: string
  host: string
  contract: Contract
  /** Without a credential. Every answer of these clients is checked against the node's own OpenAPI document. */
  anonymous: HttpClient
  admin: HttpClient
  /** For paths and methods that the document does not have. */
  unchecked: HttpClient
  sql: Sql
  person(role: UserRole): Promise<Person>
  join(agentId: string, more?: Record<string, unknown>): Promise<Leaf>
  /** Gives a node to a person of role `user`. */
  own(agentId: string, person: Person): Promise<void>
  close(): Promise<void>
}

/** A token of this person that ended an hour ago. */
export async function expiredTokenOf({ id }: Pick<Person, 'id'>): Promise<string> {
  const clock = () => Date.now() - 5_400_000
  const tokens = await createTokens({ secretKey, clock })
  return tokens.sign('api', { userId: id, role: 'admin', version: 1, authTime: Math.floor(clock() / 1000) }, 1_800)
}

export interface Person {
  id: number
  username: string
  token: string
  api: HttpClient
}

/** A registered node that says what it is told to. */
export interface Leaf {
  agentId: string
  key: string
  api: HttpClient
  report(more?: Record<string, unknown>): Promise<Record<string, unknown>>
}

/** Starts a monitor called `monitor-root` in this process. `env` adds to or replaces what it is configured with. */
export async function startApiNode(env: Record<string, string> = {}): Promise<ApiNode> {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'cortex-api-'))
  const config = loadConfig({
    env: {
      DATABASE_URL: database.url,
      CORTEX_DATA_DIR: dataDir,
      CORTEX_HOST: '127.0.0.1',
      CORTEX_PORT: '0',
      CORTEX_NODE_ID: 'monitor-root',
      CORTEX_NODE_NAME: 'Root Monitor',
      CORTEX_ADMIN_PASSWORD: adminPassword,
      CORTEX_REGISTRATION_TOKEN: registrationToken,
      CORTEX_PROBE_ENABLED: 'false',
      CORTEX_SECRET_KEY: secretKey.toString('hex'),
      CORTEX_OFFLINE_AFTER_S: '7200',
      CORTEX_RATE_LIMIT_REPORTS_PER_MINUTE: '100000',
      CORTEX_RATE_LIMIT_QUERIES_PER_MINUTE: '100000',
      CORTEX_RATE_LIMIT_AUTH_PER_MINUTE: '100000',
      ...env,
    },
  })
  const running = await startNode(config, createLogger({ level: 'silent' }))
  const url = `http://127.0.0.1:${running.port}`
  const unchecked = httpClient(`${url}/api/v1`)
  const contract = await fetchContract(unchecked)
  const anonymous = checkedClient(unchecked, contract)
  const admin = await login(anonymous, 'admin', config.monitor.admin_password ?? adminPassword)
  const sql = postgres(database.url, { max: 1 })
  let people = 0

  return {
    url,
    host: `127.0.0.1:${running.port}`,
    contract,
    anonymous,
    admin,
    unchecked,
    sql,
    async person(role) {
      const username = `${role}-${++people}`
      const { user_id } = expectData(await admin.post('/auth/users', { username, password, role }), 201)
      const { access_token } = expectData(await anonymous.post('/auth/login', { username, password }))
      return {
        id: Number(user_id),
        username,
        token: String(access_token),
        api: anonymous.withToken(String(access_token)),
      }
    },
    async join(agentId, more = {}) {
      const data = expectData(await anonymous.post('/cluster/register', registration(agentId, more)))
      const api = anonymous.withKey(String(data['api_key']))
      return {
        agentId,
        key: String(data['api_key']),
        api,
        report: async (extra = {}) => expectData(await api.post('/reports', report(agentId, extra))),
      }
    },
    async own(agentId, { id }) {
      await sql`update nodes set owner_id = ${id} where agent_id = ${agentId}`
    },
    async close() {
      await running.stop('the test is over')
      await sql.end()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** A body of `POST /cluster/register`. */
export function registration(agentId: string, more: Record<string, unknown> = {}) {
  return { agent_id: agentId, name: `Node ${agentId}`, metadata: {}, registration_token: registrationToken, ...more }
}

export const figures = {
  cpu_percent: 45.2,
  memory_percent: 62.1,
  disk_percent: 85,
  load_average: [1.2, 1.5, 1.8],
  uptime_seconds: 864_000,
}

/** A body of `POST /reports`. */
export function report(agentId: string, more: Record<string, unknown> = {}) {
  return { agent_id: agentId, timestamp: new Date().toISOString(), status: 'healthy', metrics: figures, ...more }
}

/** An issue of a report; L3 unless said otherwise. */
export function issue(type: string, more: Record<string, unknown> = {}) {
  return { level: 'L3', type, description: `${type} happened`, severity: 'critical', details: {}, ...more }
}

/** A body of `POST /decisions/request`: a repair that the default policy approves without a model. */
export function decisionRequest(agentId: string, more: Record<string, unknown> = {}) {
  return {
    agent_id: agentId,
    issue: {
      type: 'service_down',
      description: 'nginx 服务意外停止',
      severity: 'high',
      proposed_fix: 'systemctl restart nginx',
      details: { service: 'nginx' },
    },
    ...more,
  }
}

/** The same for a repair that only a person may allow. */
export function requestForPeople(agentId: string) {
  const { issue: asked } = decisionRequest(agentId)
  return { agent_id: agentId, issue: { ...asked, proposed_fix: 'look after nginx by hand' } }
}
