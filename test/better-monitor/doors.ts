import { expect } from 'vitest'
import type { HttpAnswer, HttpClient } from '../support/http.ts'

/** Who may call an operation on a server that they see (rulings: Roles). */
export type Access = 'looks' | 'operates' | 'administers'

/** One operation on a server, with a sound request of it. */
export interface ServerDoor {
  method: 'get' | 'post' | 'put' | 'delete'
  /** As the OpenAPI document writes it, without /api. */
  path: string
  access: Access
  query?: string
  body?: object | string
  type?: string
  /** Status for who may call it. The servers of the test are offline: what asks the host ends in 503. */
  admitted: number
  /** The same for a server below another monitor, where that is something else. */
  admittedDeep?: number
}

const offline = 503
const files = '/servers/{id}/files'
const docker = '/servers/{id}/docker'
const nginx = '/servers/{id}/nginx'
const terminal = '/servers/{id}/terminal/sessions'
const config = 'server { listen 8080; }'
const form = [
  '--b\r\nContent-Disposition: form-data; name="path"\r\n\r\n/tmp/never-written\r\n',
  '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\ncontent\r\n--b--\r\n',
].join('')

const looking = (path: string, query?: string): ServerDoor => ({
  method: 'get',
  path,
  access: 'looks',
  admitted: offline,
  ...(query !== undefined && { query }),
})
const acting = (method: ServerDoor['method'], path: string, more: Partial<ServerDoor> = {}): ServerDoor => ({
  method,
  path,
  access: 'operates',
  admitted: offline,
  ...more,
})
const posting = (path: string, body?: object): ServerDoor => acting('post', path, body && { body })

/** Every operation of Better Monitor on one server, in the order of its description; deleting comes last. */
export const serverDoors: readonly ServerDoor[] = [
  { method: 'get', path: '/servers/{id}', access: 'looks', admitted: 200 },
  { method: 'put', path: '/servers/{id}', access: 'operates', body: { description: 'told' }, admitted: 200 },
  // Measurements of a deep server lie with its own monitor.
  { method: 'get', path: '/servers/{id}/monitor', access: 'looks', admitted: 200, admittedDeep: offline },
  { method: 'get', path: '/servers/{id}/capabilities', access: 'looks', admitted: 200 },
  looking(`${files}/roots`),
  acting('get', files, { query: '?path=/tmp' }),
  acting('get', `${files}/content`, { query: '?path=/tmp/f' }),
  acting('put', `${files}/content`, { body: { path: '/tmp/never-written', content: 'x' } }),
  acting('get', `${files}/download`, { query: '?path=/tmp/f' }),
  acting('post', `${files}/upload`, { body: form, type: 'multipart/form-data; boundary=b' }),
  acting('delete', files, { query: '?path=/tmp/never-there' }),
  posting(`${files}/mkdir`, { path: '/tmp/never-made' }),
  posting(`${files}/rename`, { from: '/tmp/never-there', to: '/tmp/never-made' }),
  looking('/servers/{id}/processes'),
  posting('/servers/{id}/processes/{pid}/kill', {}),
  looking(`${docker}/containers`),
  looking(`${docker}/images`),
  looking(`${docker}/composes`),
  ...['start', 'stop', 'restart'].map((verb) => posting(`${docker}/containers/{container_id}/${verb}`)),
  acting('delete', `${docker}/containers/{container_id}`),
  acting('get', `${docker}/containers/{container_id}/logs`),
  posting(`${docker}/composes/{project}/up`),
  posting(`${docker}/composes/{project}/down`),
  looking(`${nginx}/status`),
  ...['start', 'stop', 'restart', 'reload'].map((verb) => posting(`${nginx}/${verb}`)),
  acting('get', `${nginx}/config`),
  posting(`${nginx}/config`, { config }),
  acting('get', `${nginx}/versions`),
  acting('get', `${nginx}/versions/{version_id}`),
  posting(`${nginx}/versions/{version_id}/restore`),
  looking(`${nginx}/sites`),
  posting(`${nginx}/sites`, { name: 'shop', config }),
  acting('get', `${nginx}/sites/{site_name}`),
  acting('put', `${nginx}/sites/{site_name}`, { body: { config } }),
  acting('delete', `${nginx}/sites/{site_name}`),
  posting(`${nginx}/sites/{site_name}/enable`),
  posting(`${nginx}/sites/{site_name}/disable`),
  looking(`${nginx}/ssl/{domain}`),
  posting(`${nginx}/ssl/{domain}`, { email: 'ops@example.com', challenge: 'http-01' }),
  looking('/servers/{id}/jobs'),
  looking('/servers/{id}/jobs/{job_id}'),
  posting('/servers/{id}/jobs/{job_id}/cancel'),
  acting('get', terminal),
  posting(terminal, {}),
  acting('get', `${terminal}/{session_id}`),
  acting('delete', `${terminal}/{session_id}`),
  acting('get', `${terminal}/{session_id}/working-directory`),
  { method: 'delete', path: '/servers/{id}', access: 'administers', admitted: 200 },
]

/** Who may call an operation that is not about one server. */
export type OtherAccess = 'everybody' | 'node' | 'people' | 'operates' | 'administers'

/** The other operations of Better Monitor, by name; what they do has tests of their own. */
export const otherDoors: Record<string, OtherAccess> = {
  'POST /auth/login': 'everybody',
  'POST /auth/register': 'everybody',
  'GET /servers': 'people',
  'POST /servers': 'operates',
  'POST /servers/register': 'everybody',
  'POST /servers/{id}/monitor': 'node',
  'GET /alerts/settings': 'people',
  'GET /alerts/settings/{id}': 'people',
  'POST /alerts/settings': 'operates',
  'PUT /alerts/settings/{id}': 'operates',
  'DELETE /alerts/settings/{id}': 'operates',
  'GET /alerts/channels': 'administers',
  'GET /alerts/channels/{id}': 'administers',
  'POST /alerts/channels': 'administers',
  'PUT /alerts/channels/{id}': 'administers',
  'DELETE /alerts/channels/{id}': 'administers',
  'POST /alerts/channels/{id}/test': 'administers',
  'GET /alerts/records': 'people',
  'POST /alerts/records/{id}/resolve': 'operates',
  'GET /settings': 'administers',
  'POST /settings': 'administers',
  'GET /settings/public': 'everybody',
  'GET /public/servers': 'everybody',
  'GET /settings/agent': 'node',
  'GET /agents/releases/latest': 'people',
  'GET /agents/releases/{version}/{name}': 'people',
  'POST /servers/upgrade': 'operates',
  'GET /version': 'everybody',
  'GET /health': 'everybody',
}

const filling: Record<string, string> = {
  pid: '4194000',
  container_id: 'web',
  project: 'shop',
  version_id: '1',
  site_name: 'shop',
  domain: 'shop.test',
  job_id: 'job-00000001',
  session_id: 's'.repeat(43),
}

export const nameOf = (door: Pick<ServerDoor, 'method' | 'path'>): string => `${door.method.toUpperCase()} ${door.path}`

/** Calls it for that server. */
export async function knock(api: HttpClient, door: ServerDoor, id: number | string): Promise<HttpAnswer> {
  const path = door.path.replace('{id}', String(id)).replace(/\{(\w+)\}/g, (_all, name: string) => {
    expect(filling, `a value for {${name}}`).toHaveProperty(name)
    return filling[name] ?? ''
  })
  const client = door.type ? api.with({ 'Content-Type': door.type }) : api
  const address = path + (door.query ?? '')
  if (door.method === 'get' || door.method === 'delete') return client[door.method](address)
  return client[door.method](address, door.body)
}
