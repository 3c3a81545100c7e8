import { expect } from 'vitest'
import { z } from 'zod'
import type { UserRole } from '../../src/contract/common.ts'
import { type ApiNode, startApiNode } from '../cortex-api/api-node.ts'
import { checkedClient } from '../support/contract.ts'
import { type HttpAnswer, type HttpClient, httpClient } from '../support/http.ts'

/** A started monitor as Better Monitor's callers meet it. Every answer is checked against the node's own OpenAPI document. */
export interface Site {
  node: ApiNode
  anonymous: HttpClient
  admin: HttpClient
  /** For paths and methods that the document does not have. */
  unchecked: HttpClient
  person(role: UserRole): Promise<{ id: number; username: string; api: HttpClient }>
  withSecret(key: string): HttpClient
  close(): Promise<void>
}

export const adminPassword = 'admin123'

const generously = {
  CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '10000',
  CORTEX_RATE_LIMITS_REGISTER_PER_MINUTE: '10000',
  CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000',
}

/** Starts a monitor; its limits are generous where `env` does not say otherwise. */
export async function startSite(env: Record<string, string> = {}): Promise<Site> {
  const node = await startApiNode({ CORTEX_ADMIN_PASSWORD: adminPassword, ...generously, ...env })
  const unchecked = httpClient(`${node.url}/api`)
  const anonymous = checkedClient(unchecked, node.contract, '/api')
  const tokenOf = async (username: string, password: string) => {
    const data = await node.anonymous.post('/auth/login', { username, password })
    return z.object({ data: z.object({ access_token: z.string() }) }).parse(data.body).data.access_token
  }
  return {
    node,
    unchecked,
    anonymous,
    admin: anonymous.withToken(await tokenOf('admin', adminPassword)),
    async person(role) {
      const { id, username, token } = await node.person(role)
      return { id, username, api: anonymous.withToken(token) }
    },
    withSecret: (key) => anonymous.with({ 'X-Secret-Key': key }),
    close: () => node.close(),
  }
}

const Failure = z.strictObject({
  error: z.string().min(1),
  code: z.string(),
  timestamp: z.iso.datetime(),
  details: z.record(z.string(), z.unknown()).optional(),
})

/** The text of an error of Better Monitor, which must have the documented shape, and may say more in `details`. */
export function expectPlainError(answer: HttpAnswer, status: number, code: string): string {
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status })
  expect(answer.headers.get('content-type')).toBe('application/json')
  const failure = Failure.parse(answer.body)
  expect(failure.code).toBe(code)
  return failure.error
}

const Body = z.record(z.string(), z.unknown())

/** The body of an answer that succeeded. */
export function expectBody(answer: HttpAnswer, status = 200): Record<string, unknown> {
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status })
  return Body.parse(answer.body)
}

const Created = z.object({ server: z.looseObject({ id: z.number(), agent_id: z.string() }), secret_key: z.string() })

/** A server added by a person, with the key that is shown this once. */
export async function addServer(api: HttpClient, name: string): Promise<{ id: number; agentId: string; key: string }> {
  const { server, secret_key } = Created.parse(expectBody(await api.post('/servers', { name }), 201))
  return { id: server.id, agentId: server.agent_id, key: secret_key }
}

/** A body of `POST /servers/{id}/monitor`: the document's own example. */
export const measured = {
  cpu_usage: 45.5,
  memory_used: 4_194_304,
  memory_total: 8_388_608,
  disk_used: 53_687_091_200,
  disk_total: 107_374_182_400,
  network_in: 1024.5,
  network_out: 2048.7,
  load_avg_1: 0.5,
  load_avg_5: 0.8,
  load_avg_15: 1.2,
}
