import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stateOf } from '../cortex-api/state.ts'
import type { HttpAnswer } from '../support/http.ts'
import { knock, nameOf, serverDoors } from './doors.ts'
import { addServer, expectPlainError, type Site, startSite } from './site.ts'

let site: Site
let server: { id: number }
beforeAll(async () => {
  site = await startSite()
  server = await addServer(site.admin, 'Asked Wrongly')
})
afterAll(() => site?.close())

/** A refusal that says what was wrong, and leaves no trace. */
async function refused(ask: () => Promise<HttpAnswer>): Promise<string> {
  const before = await stateOf(site.node.sql)
  const text = expectPlainError(await ask(), 400, 'INVALID_REQUEST')
  expect(await stateOf(site.node.sql)).toEqual(before)
  return text
}

describe.each(serverDoors.map((door) => [nameOf(door), door] as const))('%s', (_name, door) => {
  test.each(['abc', '0', '-1', '1e3', '1.5', '0x1', '99999999999999999999'])(
    'a server called %s is 400 and names the id',
    async (id) => {
      expect(await refused(() => knock(site.admin, door, id))).toContain('id')
    },
  )
})

const withBody = serverDoors.filter((door) => typeof door.body === 'object')
describe.each(withBody.map((door) => [nameOf(door), door] as const))('%s', (_name, door) => {
  test('a body with a field of the wrong type is 400', async () => {
    const fields = ['name', 'description', 'path', 'from', 'config', 'signal', 'shell', 'email', 'tags']
    const body = Object.fromEntries(fields.map((field) => [field, { wrong: true }]))
    await refused(() => knock(site.admin, { ...door, body }, server.id))
  })

  test('a body that is a list is 400', async () => {
    await refused(() => knock(site.admin, { ...door, body: [] }, server.id))
  })
})

const withQuery = serverDoors.filter((door) => door.query !== undefined)
test.each(withQuery.map((door) => [nameOf(door), door] as const))(
  '%s: without what it asks for it is 400',
  async (_name, door) => {
    await refused(() => knock(site.admin, { ...door, query: '' }, server.id))
  },
)

test.each([
  ['/processes/{pid}/kill', '/processes/-1/kill'],
  ['/processes/{pid}/kill', '/processes/1;reboot/kill'],
  ['/docker/containers/{container_id}/start', '/docker/containers/..%2f..%2fetc/start'],
  ['/docker/containers/{container_id}/start', '/docker/containers/-flag/start'],
  ['/docker/composes/{project}/up', '/docker/composes/UPPER%20case/up'],
  ['/nginx/sites/{site_name}/enable', '/nginx/sites/..%2fnginx.conf/enable'],
  ['/nginx/sites/{site_name}/enable', '/nginx/sites/a%00b/enable'],
  ['/nginx/ssl/{domain}', '/nginx/ssl/not a domain'],
  ['/jobs/{job_id}/cancel', '/jobs/..%2f..%2f..%2fetc/cancel'],
])('%s: %s is 400', async (_pattern, path) => {
  await refused(() => site.admin.post(`/servers/${server.id}${path}`, { email: 'a@example.com', challenge: 'http-01' }))
})
