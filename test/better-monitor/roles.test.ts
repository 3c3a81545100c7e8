import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stateOf } from '../cortex-api/state.ts'
import { joinByHand } from '../support/hand-leaf.ts'
import type { HttpClient } from '../support/http.ts'
import { plantTree } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { type Access, knock, nameOf, type OtherAccess, otherDoors, serverDoors } from './doors.ts'
import { addServer, expectPlainError, type Site, startSite } from './site.ts'

type Role = 'admin' | 'operator' | 'owner' | 'stranger' | 'viewer' | 'nobody' | 'node' | 'key as token'
type Whose = 'own' | 'foreign' | 'deep own' | 'deep foreign'

let site: Site
const tree = plantTree()
const callers = new Map<Role, HttpClient>()
const servers = new Map<Whose, number>()
beforeAll(async () => {
  site = await startSite()
  const owner = await site.person('user')
  const near = { own: await addServer(site.admin, 'own'), foreign: await addServer(site.admin, 'foreign') }
  const { key } = await addServer(site.admin, 'speaks for itself')
  const region = await tree.monitor('region', {
    inside: true,
    parents: [site.node.url],
    env: { CORTEX_UPSTREAM_TOKEN: 'secret-registration-token' },
  })
  await joinByHand(region, 'deep-own')
  await joinByHand(region, 'deep-foreign')
  const numberOf = (agentId: string) =>
    until(`${agentId} is known at the root`, async () => {
      const [row] = await site.node.sql`select id from nodes where agent_id = ${agentId}`
      return row && Number(row['id'])
    })
  servers.set('own', near.own.id).set('foreign', near.foreign.id)
  servers.set('deep own', await numberOf('deep-own')).set('deep foreign', await numberOf('deep-foreign'))
  for (const agentId of [near.own.agentId, 'deep-own']) {
    await site.node.sql`update nodes set owner_id = ${owner.id} where agent_id = ${agentId}`
  }
  // From here on nothing arrives by itself: what a refusal leaves unchanged can be compared.
  await region.stop()
  callers
    .set('admin', site.admin)
    .set('operator', (await site.person('operator')).api)
    .set('owner', owner.api)
    .set('stranger', (await site.person('user')).api)
    .set('viewer', (await site.person('viewer')).api)
    .set('nobody', site.anonymous)
    .set('node', site.withSecret(key))
    .set('key as token', site.anonymous.withToken(key))
})
afterAll(async () => {
  await tree.close()
  await site?.close()
})

test('this table has every operation of /api in the OpenAPI document, and no other', () => {
  const documented = site.node.contract.operations
    .filter(({ path }) => path.startsWith('/api/') && !path.startsWith('/api/v1/'))
    .map(({ method, path }) => `${method.toUpperCase()} ${path.replace('/api', '')}`)
  expect([...serverDoors.map(nameOf), ...Object.keys(otherDoors)].sort()).toEqual(documented.sort())
})

/** What somebody gets: in, or the refusal. What one may not see is not there. */
function expected(role: Role, whose: Whose, access: Access): 'in' | 401 | 403 | 404 {
  if (role === 'nobody' || role === 'node' || role === 'key as token') return 401
  const sees = role !== 'stranger' && (role !== 'owner' || whose.endsWith('own'))
  // Who may never do it learns that first, and nothing about the server.
  if (access === 'administers' && role !== 'admin') return 403
  if (!sees) return 404
  if (access === 'operates' && role === 'viewer') return 403
  return 'in'
}

const roles: Role[] = ['nobody', 'node', 'key as token', 'stranger', 'viewer', 'owner', 'operator', 'admin']
const whoses: Whose[] = ['own', 'foreign', 'deep own', 'deep foreign']
const codes = { 401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 404: 'NOT_FOUND' } as const

describe.each(serverDoors.map((door) => [nameOf(door), door] as const))('%s', (_name, door) => {
  test.each(roles)('%s: in, or refused without any change, by whose the server is', async (role) => {
    const api = callers.get(role) ?? site.anonymous
    const refused = whoses.filter((whose) => expected(role, whose, door.access) !== 'in')
    const before = await stateOf(site.node.sql)
    for (const whose of refused) {
      const status = expected(role, whose, door.access) as keyof typeof codes
      expectPlainError(await knock(api, door, servers.get(whose) ?? 0), status, codes[status])
    }
    expect(await stateOf(site.node.sql)).toEqual(before)

    for (const whose of whoses.filter((one) => !refused.includes(one))) {
      const answer = await knock(api, door, servers.get(whose) ?? 0)
      const status = (whose.startsWith('deep') && door.admittedDeep) || door.admitted
      expect(answer, `${whose}: ${JSON.stringify(answer.body)}`).toMatchObject({ status })
    }
  })
})

const mayEnter: Record<OtherAccess, readonly Role[]> = {
  everybody: roles,
  node: ['node'],
  people: ['stranger', 'viewer', 'owner', 'operator', 'admin'],
  operates: ['stranger', 'owner', 'operator', 'admin'],
  administers: ['admin'],
}

describe.each(Object.entries(otherDoors))('%s', (name, access) => {
  test.each(roles)('%s: refused without any change, or at least not for who it is', async (role) => {
    const [method = '', path = ''] = name.split(' ')
    const api = callers.get(role) ?? site.anonymous
    const before = await stateOf(site.node.sql)
    // A sound request is not needed: who may not enter learns that first.
    const address = path.replace('{id}', '4711000')
    const call = { GET: api.get, DELETE: api.delete, POST: api.post, PUT: api.put }[method] ?? expect.fail(method)
    const answer = await call(address, {})
    if (mayEnter[access].includes(role)) {
      // 503: this monitor has no release feed.
      expect([200, 400, 404, 503, ...(access === 'everybody' ? [401, 403] : [])]).toContain(answer.status)
      return
    }
    const isPerson = mayEnter.people.includes(role) && access !== 'node'
    expectPlainError(answer, isPerson ? 403 : 401, isPerson ? 'FORBIDDEN' : 'UNAUTHORIZED')
    expect(await stateOf(site.node.sql)).toEqual(before)
  })
})
