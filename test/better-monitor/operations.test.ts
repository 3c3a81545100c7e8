import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HttpAnswer, HttpClient } from '../support/http.ts'
import { addServer, expectPlainError, type Site, startSite } from './site.ts'

let site: Site
let offline: { id: number }
let root: { id: number }
let viewer: HttpClient
beforeAll(async () => {
  // The monitor watches its own host too, and allows nothing there.
  site = await startSite({ CORTEX_PROBE_ENABLED: 'true', CORTEX_CAPABILITIES: '' })
  offline = await addServer(site.admin, 'Never Heard Of')
  const [self] = await site.node.sql`select id from nodes where is_self`
  root = { id: Number(self?.['id']) }
  viewer = (await site.person('viewer')).api
})
afterAll(() => site?.close())

type Ask = (api: HttpClient, id: number) => Promise<HttpAnswer>
const looks: Record<string, Ask> = {
  processes: (api, id) => api.get(`/servers/${id}/processes`),
  containers: (api, id) => api.get(`/servers/${id}/docker/containers`),
  jobs: (api, id) => api.get(`/servers/${id}/jobs`),
  nginx: (api, id) => api.get(`/servers/${id}/nginx/status`),
}
/** By the capability that the node must allow. */
const acts: Record<string, [string, Ask]> = {
  'a folder is listed': ['files', (api, id) => api.get(`/servers/${id}/files?path=/tmp`)],
  'a file is read': ['files', (api, id) => api.get(`/servers/${id}/files/content?path=/etc/hostname`)],
  'a folder is made': ['files', (api, id) => api.post(`/servers/${id}/files/mkdir`, { path: '/tmp/never-made' })],
  'a process is ended': ['processes', (api, id) => api.post(`/servers/${id}/processes/4194000/kill`, {})],
  'a container is started': ['docker', (api, id) => api.post(`/servers/${id}/docker/containers/web/start`)],
  'nginx is reloaded': ['nginx', (api, id) => api.post(`/servers/${id}/nginx/reload`)],
  'a terminal is opened': ['terminal', (api, id) => api.post(`/servers/${id}/terminal/sessions`, {})],
}
const all: Array<[string, Ask]> = [
  ...Object.entries(looks),
  ...Object.entries(acts).map(([name, [, ask]]): [string, Ask] => [name, ask]),
]

test.each(all)('%s: on a server that is offline it is 503, at once', async (_name, ask) => {
  const startedMs = performance.now()
  const text = expectPlainError(await ask(site.admin, offline.id), 503, 'SERVER_OFFLINE')
  expect(text).toContain('Never Heard Of')
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})

test.each(all)('%s: on a server that is not there it is 404', async (_name, ask) => {
  expectPlainError(await ask(site.admin, 4_711_000), 404, 'NOT_FOUND')
})

test.each(all)('%s: without a token it is 401', async (_name, ask) => {
  expectPlainError(await ask(site.anonymous, offline.id), 401, 'UNAUTHORIZED')
})

test.each(Object.entries(acts))('%s: a viewer may not', async (_name, [, ask]) => {
  expectPlainError(await ask(viewer, root.id), 403, 'FORBIDDEN')
})

test.each(Object.entries(acts))(
  '%s: a node that does not allow it says what is missing',
  async (_name, [name, ask]) => {
    expect(expectPlainError(await ask(site.admin, root.id), 403, 'FORBIDDEN')).toContain(name)
  },
)
