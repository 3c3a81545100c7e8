import { randomUUID } from 'node:crypto'
import { expectData, type HttpAnswer, type HttpClient } from '../support/http.ts'
import { type ApiNode, decisionRequest, issue, type Leaf, registration, report, requestForPeople } from './api-node.ts'

/** Who may call an operation (rulings: Roles, Keys). */
export type Access = 'everybody' | 'node' | 'reads' | 'reads or node' | 'operates' | 'operates all' | 'administers'

/** One operation of the API with a sound request of it. */
export interface Operation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** As the OpenAPI document writes it, without /api/v1. */
  path: string
  access: Access
  /** Makes what the request is about, and says what stands in the path's braces. */
  id?: (node: ApiNode, leaf: Leaf) => Promise<number | string>
  body?: (leaf: Leaf, node: ApiNode) => Record<string, unknown>
  /** The body may be left out. */
  bodyOptional?: boolean
  query?: string
  /** Status of success; 200 unless said otherwise. */
  success?: number
}

let made = 0
/** A name that no other test of this file has. */
export const fresh = (word: string): string => `${word}-${++made}`

/** Opens an alert of the leaf. */
export async function newAlert(node: ApiNode, leaf: Leaf): Promise<number> {
  const type = fresh('fault')
  await leaf.report({ status: 'critical', issues: [issue(type)] })
  const [row] = await node.sql`select id from alerts where type = ${type}`
  return Number(row?.['id'])
}

/** A decision that waits for a person. */
export async function pendingDecision(_node: ApiNode, leaf: Leaf): Promise<number> {
  const body = { ...requestForPeople(leaf.agentId), request_id: randomUUID() }
  return Number(expectData(await leaf.api.post('/decisions/request', body))['decision_id'])
}

/** A decision that policy has approved. */
async function approvedDecision(_node: ApiNode, leaf: Leaf): Promise<number> {
  const body = decisionRequest(leaf.agentId, { request_id: randomUUID() })
  return Number(expectData(await leaf.api.post('/decisions/request', body))['decision_id'])
}

async function newNode(node: ApiNode): Promise<string> {
  return (await node.join(fresh('passing'))).agentId
}
async function newKey(node: ApiNode, leaf: Leaf): Promise<number> {
  const body = { agent_id: leaf.agentId, name: 'spare' }
  return Number(expectData(await node.admin.post('/auth/api-keys', body))['api_key_id'])
}
const newUser = async (node: ApiNode): Promise<number> => {
  const body = { username: fresh('guest'), password: 'password-of-a-guest', role: 'viewer' }
  return Number(expectData(await node.admin.post('/auth/users', body), 201)['user_id'])
}

/** A silence of the leaf for an hour. */
export const silenceOf = (leaf: Leaf, more: Record<string, unknown> = {}) => ({
  scope: leaf.agentId,
  ends_at: new Date(Date.now() + 3_600_000).toISOString(),
  reason: 'work on the disks',
  ...more,
})
export async function newSilence(node: ApiNode, leaf: Leaf): Promise<number> {
  return Number(expectData(await node.admin.post('/silences', silenceOf(leaf)), 201)['id'])
}

/** The upgrade of the leaf that is under way; nothing comes of it, because nobody answers for the leaf. */
async function newRollout(node: ApiNode, leaf: Leaf): Promise<number> {
  await node.sql`update rollouts set status = 'cancelled' where status = 'running'`
  await node.sql`update rollout_targets set state = 'cancelled' where state = 'installing'`
  const [row] = await node.sql`
    insert into rollouts (target_version, channel, allow_downgrade, max_failures, pause_ms, offline_until, user_id, username,
      role, request_id, created_at)
    values ('9.9.9', 'stable', false, 0, 0, now() + interval '1 day', 1, 'admin', 'admin', 'test', now()) returning id`
  await node.sql`
    insert into rollout_targets (rollout_id, node_id, ring, state, job_id, started_at)
    select ${Number(row?.['id'])}, id, 0, 'installing', 'job-00000001', now() from nodes where agent_id = ${leaf.agentId}`
  return Number(row?.['id'])
}

const note = () => ({ user: 'somebody else', notes: '已知晓，正在处理中' })
const reason = () => ({ reason: 'looked at it' })

/** Every operation of /api/v1, in the order of the document; what was added follows what is documented. */
export const operations: readonly Operation[] = [
  { method: 'post', path: '/reports', access: 'node', body: (leaf) => report(leaf.agentId) },
  { method: 'post', path: '/reports/batch', access: 'node', body: (leaf) => ({ reports: [report(leaf.agentId)] }) },
  {
    method: 'post',
    path: '/heartbeat',
    access: 'node',
    body: (leaf) => ({ agent_id: leaf.agentId, timestamp: new Date().toISOString(), status: 'healthy' }),
  },
  { method: 'post', path: '/decisions/request', access: 'node', body: (leaf) => decisionRequest(leaf.agentId) },
  { method: 'get', path: '/decisions/{decision_id}', access: 'reads or node', id: approvedDecision },
  { method: 'get', path: '/decisions', access: 'reads', query: '?status=approved&limit=20' },
  {
    method: 'post',
    path: '/decisions/{decision_id}/result',
    access: 'node',
    id: approvedDecision,
    body: () => ({ status: 'success' }),
  },
  { method: 'post', path: '/decisions/{decision_id}/approve', access: 'operates', id: pendingDecision, body: reason },
  { method: 'post', path: '/decisions/{decision_id}/reject', access: 'operates', id: pendingDecision, body: reason },
  { method: 'post', path: '/cluster/register', access: 'everybody', body: () => registration(fresh('newcomer')) },
  { method: 'get', path: '/cluster/nodes', access: 'reads', query: '?status=online&health=healthy' },
  { method: 'get', path: '/cluster/nodes/{agent_id}', access: 'reads', id: async (_node, leaf) => leaf.agentId },
  { method: 'delete', path: '/cluster/nodes/{agent_id}', access: 'administers', id: newNode },
  { method: 'get', path: '/cluster/join', access: 'administers' },
  { method: 'get', path: '/cluster/topology', access: 'reads' },
  { method: 'get', path: '/alerts', access: 'reads', query: '?status=new&level=L3&severity=critical' },
  { method: 'get', path: '/alerts/{alert_id}', access: 'reads', id: newAlert },
  { method: 'get', path: '/alerts/{alert_id}/notifications', access: 'reads', id: newAlert },
  {
    method: 'post',
    path: '/alerts/{alert_id}/ack',
    access: 'operates',
    id: newAlert,
    body: note,
    bodyOptional: true,
  },
  {
    method: 'post',
    path: '/alerts/{alert_id}/resolve',
    access: 'operates',
    id: newAlert,
    body: note,
    bodyOptional: true,
  },
  { method: 'get', path: '/silences', access: 'reads', query: '?state=active' },
  { method: 'post', path: '/silences', access: 'operates', body: (leaf) => silenceOf(leaf), success: 201 },
  { method: 'get', path: '/silences/{id}', access: 'reads', id: newSilence },
  { method: 'put', path: '/silences/{id}', access: 'operates', id: newSilence, body: (leaf) => silenceOf(leaf) },
  { method: 'delete', path: '/silences/{id}', access: 'operates', id: newSilence },
  { method: 'get', path: '/intents', access: 'reads', query: '?type=decision&since=7d' },
  {
    method: 'post',
    path: '/intents',
    access: 'operates',
    body: (leaf) => ({ data: 'a note', agent_id: leaf.agentId }),
  },
  {
    method: 'post',
    path: '/auth/login',
    access: 'everybody',
    body: () => ({ username: 'admin', password: 'your-password-here' }),
  },
  { method: 'post', path: '/auth/refresh', access: 'reads' },
  { method: 'get', path: '/auth/me', access: 'reads' },
  { method: 'post', path: '/auth/ws-ticket', access: 'reads' },
  { method: 'post', path: '/auth/end-sessions', access: 'reads' },
  {
    method: 'post',
    path: '/auth/api-keys',
    access: 'administers',
    body: (leaf) => ({ agent_id: leaf.agentId, name: 'one more' }),
  },
  { method: 'get', path: '/auth/api-keys', access: 'administers' },
  {
    method: 'post',
    path: '/auth/api-keys/{api_key_id}/rotate',
    access: 'administers',
    id: newKey,
    body: () => ({ grace_seconds: 600 }),
    bodyOptional: true,
  },
  { method: 'delete', path: '/auth/api-keys/{api_key_id}', access: 'administers', id: newKey },
  { method: 'get', path: '/auth/users', access: 'administers' },
  {
    method: 'post',
    path: '/auth/users',
    access: 'administers',
    body: () => ({ username: fresh('colleague'), password: 'password-of-a-colleague', role: 'viewer' }),
    success: 201,
  },
  {
    method: 'patch',
    path: '/auth/users/{user_id}',
    access: 'administers',
    id: newUser,
    body: () => ({ email: 'guest@example.com' }),
  },
  { method: 'delete', path: '/auth/users/{user_id}', access: 'administers', id: newUser },
  { method: 'get', path: '/rollouts', access: 'reads', query: '?status=running&limit=10' },
  { method: 'get', path: '/rollouts/{rollout_id}', access: 'reads', id: newRollout },
  { method: 'post', path: '/rollouts/{rollout_id}/cancel', access: 'operates', id: newRollout },
  { method: 'get', path: '/notifications', access: 'operates all', query: '?state=failed' },
  { method: 'get', path: '/audit', access: 'administers', query: '?action=auth.&since=1h&limit=10' },
  { method: 'get', path: '/audit/verify', access: 'administers' },
  { method: 'get', path: '/audit/nodes/{agent_id}', access: 'administers', id: async () => 'monitor-root' },
  { method: 'get', path: '/self', access: 'reads' },
  { method: 'post', path: '/self/inspect', access: 'administers', body: () => ({}), bodyOptional: true },
  {
    method: 'post',
    path: '/auth/password',
    access: 'reads',
    body: () => ({ current_password: 'password-of-a-person', new_password: 'password-of-a-person' }),
  },
]

export const nameOf = ({ method, path }: Pick<Operation, 'method' | 'path'>): string =>
  `${method.toUpperCase()} ${path}`

/** A request that can be sent as it is. */
export interface SoundRequest {
  path: string
  body: Record<string, unknown> | undefined
}

/** Makes what the operation is about, and the request. */
export async function soundRequest(operation: Operation, node: ApiNode, leaf: Leaf): Promise<SoundRequest> {
  const id = operation.id ? String(await operation.id(node, leaf)) : ''
  return {
    path: operation.path.replace(/\{\w+\}/, id) + (operation.query ?? ''),
    body: operation.body?.(leaf, node),
  }
}

/** Sends a request of the operation. */
export function send(client: HttpClient, { method }: Operation, path: string, body?: unknown): Promise<HttpAnswer> {
  return method === 'get' || method === 'delete' ? client[method](path) : client[method](path, body)
}

/** The client that may call the operation. */
export function allowed({ access }: Operation, node: ApiNode, leaf: Leaf): HttpClient {
  if (access === 'node') return leaf.api
  return access === 'everybody' ? node.anonymous : node.admin
}
