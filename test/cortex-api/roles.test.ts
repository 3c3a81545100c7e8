import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UserRole } from '../../src/contract/common.ts'
import { expectError } from '../support/http.ts'
import { type ApiNode, type Leaf, type Person, startApiNode } from './api-node.ts'
import { type Access, nameOf, type Operation, operations, send, soundRequest } from './operations.ts'
import { stateOf } from './state.ts'

let node: ApiNode
let leaf: Leaf
let people: Record<UserRole, Person>
beforeAll(async () => {
  // Inspecting needs a probe; a slow one leaves the state alone while it is compared.
  node = await startApiNode({
    CORTEX_PROBE_ENABLED: 'true',
    CORTEX_REPORT_INTERVAL_S: '3600',
    CORTEX_HEARTBEAT_INTERVAL_S: '3600',
  })
  leaf = await node.join('node-prod-001')
  people = {
    admin: await node.person('admin'),
    operator: await node.person('operator'),
    user: await node.person('user'),
    viewer: await node.person('viewer'),
  }
  await node.own('node-prod-001', people.user)
})
afterAll(() => node?.close())

const mayDo: Record<Access, readonly UserRole[]> = {
  everybody: UserRole.options,
  reads: UserRole.options,
  'reads or node': UserRole.options,
  operates: ['admin', 'operator', 'user'],
  'operates all': ['admin', 'operator'],
  administers: ['admin'],
  node: [],
}

test('this table has every operation of /api/v1 in the OpenAPI document, and no other', () => {
  const documented = node.contract.operations
    .filter(({ path }) => path.startsWith('/api/v1/'))
    .map(({ method, path }) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`)
  expect(operations.map(nameOf).sort()).toEqual(documented.sort())
})

/** What a person of that role gets; it is the documented success, or a refusal that changes nothing. */
async function check(operation: Operation, role: UserRole): Promise<void> {
  const { path, body } = await soundRequest(operation, node, leaf)
  const before = await stateOf(node.sql)
  const answer = await send(people[role].api, operation, path, body)
  if (mayDo[operation.access].includes(role)) {
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: operation.success ?? 200 })
    if (path === '/auth/password' || path === '/auth/end-sessions') renew(role, answer.body)
    return
  }
  // A door for nodes does not know people at all.
  if (operation.access === 'node') expectError(answer, 401, 'UNAUTHORIZED')
  else expectError(answer, 403, 'FORBIDDEN')
  expect(await stateOf(node.sql)).toEqual(before)
}

/** A changed password, or signing out everywhere, voids the token it was done with. */
function renew(role: UserRole, body: unknown): void {
  const { data } = body as { data: { access_token: string } }
  people[role] = { ...people[role], api: node.anonymous.withToken(data.access_token) }
}

describe.each(UserRole.options)('role %s', (role) => {
  test.each(operations.map((operation) => [nameOf(operation), operation] as const))('%s', async (_name, operation) => {
    await check(operation, role)
  })
})

test.each(operations.map((operation) => [nameOf(operation), operation] as const))(
  'the key of a node: %s',
  async (_name, operation) => {
    const { path, body } = await soundRequest(operation, node, leaf)
    const before = await stateOf(node.sql)
    const answer = await send(leaf.api, operation, path, body)
    if (['node', 'everybody', 'reads or node'].includes(operation.access)) {
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
      return
    }
    expectError(answer, 401, 'UNAUTHORIZED')
    expect(await stateOf(node.sql)).toEqual(before)
  },
)
