import { afterAll, beforeAll, expect, test } from 'vitest'
import { DecisionAnswer } from '../../src/contract/decisions.ts'
import { expectData, expectError, type HttpClient, login } from '../support/http.ts'
import { execute } from '../support/execute.ts'
import { eventually, type Hop, newRequestId, registerLeaf, rulesOf, startTree, type Tree } from './tree.ts'

let tree: Tree
beforeAll(async () => {
  tree = await startTree({
    root: rulesOf(
      { name: 'root_forbids_redis', match: { target: 'redis' }, verdict: 'deny' },
      { name: 'people_decide', match: {}, verdict: 'human' },
    ),
    region: rulesOf({ name: 'region_forbids_mysql', match: { target: 'mysql' }, verdict: 'deny' }),
  })
})
afterAll(() => tree?.close())

async function decide(hop: Hop, requestId: string, verdict: 'approve' | 'reject', as: HttpClient = hop.admin) {
  const decision = await eventually(async () => {
    const found = await hop.decision(requestId)
    if (!found) throw new Error(`${hop.id} does not know ${requestId}`)
    return found
  })
  return await as.post(`/decisions/${decision.decision_id}/${verdict}`, { reason: 'looked at it' })
}

async function personAt(hop: Hop, role: string): Promise<{ id: number; api: HttpClient }> {
  const username = `${role}-${newRequestId().slice(-8)}`
  const data = expectData(await hop.admin.post('/auth/users', { username, password: 'good-password', role }), 201)
  return { id: Number(data['user_id'] ?? data['id']), api: await login(hop.anonymous, username, 'good-password') }
}

const pathOf = (answer: { path: Array<{ agent_id: string; verdict: string }> } | null) =>
  answer?.path.map((hop) => `${hop.agent_id} ${hop.verdict}`)

test('what waits for a person at the root is approved there, and the answer is at every hop without being asked for', async () => {
  const requestId = newRequestId()
  expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'pending', authority: 'root', valid_for_ms: 0 })
  for (const hop of tree.hops)
    expect(await hop.decision(requestId)).toMatchObject({ status: 'pending', authority: 'root' })

  expectData(await decide(tree.root, requestId, 'approve'))
  for (const [index, hop] of tree.hops.entries()) {
    await eventually(async () => {
      const decision = await hop.decision(requestId)
      expect(decision).toMatchObject({
        status: 'approved',
        decided_by: 'human',
        authority: 'root',
        reason: 'looked at it',
      })
      const whole = ['region2 judge', 'region judge', 'root human', 'root approve']
      expect(pathOf(decision)).toEqual(whole.slice(index))
    })
  }
  const answer = await tree.leaf.ask({ requestId })
  expect(answer).toMatchObject({ status: 'approved', decided_by: 'human', authority: 'root' })
  expect(answer.valid_for_ms).toBeGreaterThan(0)
  expectError(await decide(tree.root, requestId, 'approve'), 409, 'CONFLICT')
  expectError(await decide(tree.region, requestId, 'reject'), 409, 'CONFLICT')
})

test('a person in the middle may not approve what waits above, and is told where it waits', async () => {
  const requestId = newRequestId()
  await tree.leaf.ask({ requestId })
  for (const hop of [tree.region, tree.region2]) {
    const error = expectError(await decide(hop, requestId, 'approve'), 409, 'CONFLICT')
    expect(error.details).toMatchObject({ authority: 'root' })
  }
  expect(await tree.region.decision(requestId)).toMatchObject({ status: 'pending' })
})

test.each(['region', 'region2'] as const)('a rejection at %s is the end, above and below', async (where) => {
  const requestId = newRequestId()
  await tree.leaf.ask({ requestId })
  expectData(await decide(tree[where], requestId, 'reject'))
  for (const hop of tree.hops) {
    await eventually(async () =>
      expect(await hop.decision(requestId)).toMatchObject({
        status: 'rejected',
        decided_by: 'human',
        authority: where,
      }),
    )
  }
  expectError(await decide(tree.root, requestId, 'approve'), 409, 'CONFLICT')
  expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'rejected', valid_for_ms: 0 })
})

test('a viewer may not decide; an owner decides for its own nodes and sees no others', async () => {
  const requestId = newRequestId()
  await tree.leaf.ask({ requestId })
  const viewer = await personAt(tree.root, 'viewer')
  expectError(await decide(tree.root, requestId, 'approve', viewer.api), 403, 'FORBIDDEN')
  const user = await personAt(tree.root, 'user')
  expectError(await decide(tree.root, requestId, 'approve', user.api), 404, 'NOT_FOUND')
  expect(expectData(await user.api.get('/decisions'))).toMatchObject({ total: 0, decisions: [] })
  await execute(
    tree.root.env['DATABASE_URL'] ?? '',
    `update nodes set owner_id = ${user.id} where agent_id = '${tree.leaf.id}'`,
  )
  expect(expectData(await user.api.get('/decisions'))['total']).toBeGreaterThan(0)
  const waiting = newRequestId()
  await tree.leaf.ask({ requestId: waiting })
  expectData(await decide(tree.root, waiting, 'approve', user.api))
  const operator = await personAt(tree.root, 'operator')
  expectData(await decide(tree.root, requestId, 'reject', operator.api))
  expect(await tree.root.decision(requestId)).toMatchObject({
    path: [{}, { reason: expect.stringMatching(/^human:operator-/) }],
  })
})

test('a person decides without the node asking again, also about a monitor’s own host', async () => {
  const { api_key: key } = expectData(
    await tree.region2.admin.post('/auth/api-keys', { agent_id: 'region2', name: 'own probe' }),
  )
  const own = tree.region2.anonymous.withKey(String(key))
  const requestId = newRequestId()
  const issue = { type: 'service_down', description: 'down', severity: 'high', proposed_fix: 'systemctl restart nginx' }
  const body = { agent_id: 'region2', issue, request_id: requestId }
  expect(DecisionAnswer.parse(expectData(await own.post('/decisions/request', body)))).toMatchObject({
    status: 'pending',
  })
  expectData(await decide(tree.root, requestId, 'approve'))
  for (const hop of tree.hops) {
    await eventually(async () => expect(await hop.decision(requestId)).toMatchObject({ status: 'approved' }))
  }
})

test('a person cannot approve what the policy here denies, even when the request never came this far', async () => {
  await tree.region.stop()
  const requests = { redis: newRequestId(), mysql: newRequestId(), nginx: newRequestId() }
  for (const [service, requestId] of Object.entries(requests)) {
    const answer = await tree.leaf.ask({ requestId, fix: `systemctl restart ${service}`, deadlineMs: 2_000 })
    expect(answer).toMatchObject({ status: 'pending', authority: null })
  }
  await tree.region.start()

  expectError(await decide(tree.root, requests.redis, 'approve'), 409, 'CONFLICT')
  // The root has nothing against mysql, but a monitor on the way has: below it, nobody may ever see an approval.
  expectData(await decide(tree.root, requests.mysql, 'approve'))
  for (const hop of tree.hops) {
    await eventually(async () =>
      expect(await hop.decision(requests.mysql)).toMatchObject({ status: 'rejected', authority: 'region' }),
    )
  }
  expectData(await decide(tree.root, requests.nginx, 'approve'))
  for (const hop of tree.hops) {
    await eventually(async () => expect(await hop.decision(requests.nginx)).toMatchObject({ status: 'approved' }))
  }
  expect(await tree.leaf.ask({ requestId: requests.nginx })).toMatchObject({ status: 'approved', decided_by: 'human' })
})

test('the time that an approval waits for a link to heal is taken off its freshness', async () => {
  const leaf = await registerLeaf(tree.region2)
  const requestId = newRequestId()
  await leaf.ask({ requestId })
  await tree.region.stop()
  expectData(await decide(tree.root, requestId, 'approve'))
  const approvedAt = performance.now()
  await eventually(() => expect(performance.now() - approvedAt).toBeGreaterThan(1_000))
  const cutMs = performance.now() - approvedAt
  await tree.region.start()
  await eventually(async () => expect(await tree.region2.decision(requestId)).toMatchObject({ status: 'approved' }))
  const { valid_for_ms: left } = await leaf.ask({ requestId })
  expect(left).toBeLessThan(300_000 - cutMs)
  expect(left).toBeGreaterThan(0)
})
