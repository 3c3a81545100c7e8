import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'
import { openSocket } from '../realtime/event-client.ts'
import {
  adminPassword,
  eventually,
  modelOf,
  newRequestId,
  registerLeaf,
  startTree,
  type Hop,
  type Tree,
} from './tree.ts'

let stub: ModelStub
let tree: Tree
beforeAll(async () => {
  stub = await startModelStub()
  tree = await startTree({ root: modelOf(stub) })
})
afterAll(async () => {
  await tree?.close()
  await stub?.close()
})

async function eventsOf(hop: Hop) {
  const answer = await hop.anonymous.post('/auth/login', { username: 'admin', password: adminPassword })
  const token = String(expectData(answer)['access_token'])
  return await openSocket(`${hop.address().replace('http', 'ws')}/ws?token=${token}`)
}

test('an approval of the root comes back through every hop, and each keeps it under the same request_id', async () => {
  const requestId = newRequestId()
  const sockets = await Promise.all(tree.hops.map(eventsOf))
  const answer = await tree.leaf.ask({ requestId })
  expect(answer).toMatchObject({ status: 'approved', decided_by: 'llm', authority: 'root', request_id: requestId })
  expect(answer.path.map((hop) => [hop.agent_id, hop.verdict])).toEqual([
    ['region2', 'judge'],
    ['region', 'judge'],
    ['root', 'judge'],
  ])
  expect(answer.valid_for_ms).toBeGreaterThan(200_000)

  for (const [index, hop] of tree.hops.entries()) {
    const kept = await hop.decision(requestId)
    expect(kept).toMatchObject({
      agent_id: tree.leaf.id,
      status: 'approved',
      decided_by: 'llm',
      authority: 'root',
      reason: 'as scripted',
      llm_analysis: 'scripted analysis',
      proposed_action: 'systemctl restart nginx',
    })
    expect(kept?.path.map(({ agent_id }) => agent_id)).toEqual(['region2', 'region', 'root'].slice(index))
    const event = await sockets[index]?.next('decision_completed')
    expect(event?.data).toMatchObject({
      decision_id: kept?.decision_id,
      agent_id: tree.leaf.id,
      status: 'approved',
      authority: 'root',
    })
    const { intents } = expectData(await hop.admin.get(`/intents?agent_id=${tree.leaf.id}`))
    expect(JSON.stringify(intents)).toContain(`L2 Decision for ${tree.leaf.id}: approved - service_down`)
    sockets[index]?.raw.close()
  }
  expect((await tree.region2.decision(requestId))?.decision_id).toBe(answer.decision_id)
})

test('the result of an execution is taken once at the leaf’s monitor and seen at every level', async () => {
  const { decision_id: id, request_id: requestId } = await tree.leaf.ask({ requestId: newRequestId() })
  const executedAt = '2026-11-21T10:00:00.000Z'
  const result = { status: 'success', output: 'restarted', executed_at: executedAt, request_id: requestId }
  expectData(await tree.leaf.api.post(`/decisions/${id}/result`, result))
  expectData(await tree.leaf.api.post(`/decisions/${id}/result`, result))
  expectError(await tree.leaf.api.post(`/decisions/${id}/result`, { ...result, status: 'failed' }), 409, 'CONFLICT')
  for (const hop of tree.hops) {
    await eventually(async () => {
      expect(await hop.decision(requestId)).toMatchObject({
        status: 'approved',
        executed_at: executedAt,
        execution_result: 'success',
        execution_output: 'restarted',
      })
    })
    const { intents } = expectData(await hop.admin.get(`/intents?agent_id=${tree.leaf.id}&limit=1000`))
    const executed = JSON.stringify(intents).split(`Executed on ${tree.leaf.id}`).length - 1
    expect(executed).toBe(1)
  }
  expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'approved', valid_for_ms: 0 })
})

test('a result of something that was not approved, of another request or of another node is refused', async () => {
  const denied = await tree.leaf.ask({ fix: 'rm -rf /' })
  expect(denied).toMatchObject({ status: 'rejected', valid_for_ms: 0 })
  const success = { status: 'success' }
  expectError(await tree.leaf.api.post(`/decisions/${denied.decision_id}/result`, success), 409, 'CONFLICT')
  const approved = await tree.leaf.ask()
  const path = `/decisions/${approved.decision_id}/result`
  expectError(await tree.leaf.api.post(path, { ...success, request_id: newRequestId() }), 409, 'CONFLICT')
  const stranger = await registerLeaf(tree.region2)
  expectError(await stranger.api.post(path, success), 404, 'NOT_FOUND')
  expect(await tree.region2.decision(approved.request_id)).toMatchObject({ execution_result: null })
})

test('twenty requests with one request_id at once are one decision and one question to the model', async () => {
  const requestId = newRequestId()
  const before = stub.requests.length
  stub.next({ kind: 'approve', delayMs: 100 })
  const answers = await Promise.all(Array.from({ length: 20 }, () => tree.leaf.ask({ requestId })))
  expect(new Set(answers.map((answer) => answer.decision_id)).size).toBe(1)
  expect(answers.every((answer) => answer.status === 'approved')).toBe(true)
  expect(stub.requests.length - before).toBe(1)
})

test('requests without a model’s delay are asked once as well, however they interleave', async () => {
  const before = stub.requests.length
  const requestIds = Array.from({ length: 10 }, newRequestId)
  const answers = await Promise.all(
    requestIds.flatMap((requestId) => Array.from({ length: 8 }, () => tree.leaf.ask({ requestId }))),
  )
  expect(new Set(answers.map((answer) => answer.decision_id)).size).toBe(requestIds.length)
  expect(stub.requests.length - before).toBe(requestIds.length)
})

test.each([
  ['another fix', { fix: 'systemctl restart mysql' }],
  ['another fault', { type: 'disk_full' }],
])('a request_id that is used again for %s is a conflict, and the first decision stands', async (_, other) => {
  const requestId = newRequestId()
  await tree.leaf.ask({ requestId })
  const error = expectError(await tree.leaf.askRaw({ requestId, ...other }), 409, 'CONFLICT')
  expect(error.details).toMatchObject({ field: 'request_id' })
  expect(await tree.region2.decision(requestId)).toMatchObject({ proposed_action: 'systemctl restart nginx' })
})

test('two nodes may use the same request_id: they are two decisions', async () => {
  const requestId = newRequestId()
  const other = await registerLeaf(tree.region2)
  const [one, two] = [await tree.leaf.ask({ requestId }), await other.ask({ requestId })]
  expect(one.decision_id).not.toBe(two.decision_id)
  expect(two).toMatchObject({ status: 'approved', authority: 'root' })
})

test('a node that has just joined is decided by the root at once', async () => {
  for (let round = 0; round < 15; round += 1) {
    const fresh = await registerLeaf(tree.region2)
    expect(await fresh.ask()).toMatchObject({ status: 'approved', authority: 'root' })
  }
})

test('a request that has come through this monitor before is a loop', async () => {
  const error = expectError(await tree.leaf.askRaw({ path: ['elsewhere', 'region2'] }), 409, 'CONFLICT')
  expect(error.message).toContain('环路')
})

test('a loop further up leaves the decision pending, never approved', async () => {
  expect(await tree.leaf.ask({ path: ['region'] })).toMatchObject({ status: 'pending', valid_for_ms: 0 })
})

test('a node may not ask in the name of another', async () => {
  const other = await registerLeaf(tree.region2)
  const body = { agent_id: other.id, issue: { type: 'x', description: 'x', severity: 'low', proposed_fix: 'x' } }
  expectError(await tree.leaf.api.post('/decisions/request', body), 403, 'FORBIDDEN')
})

test('what a decision costs on the way, without a model', async () => {
  const timings: number[] = []
  const quiet = { fix: 'rm -rf /' }
  for (let round = 0; round < 40; round += 1) {
    const before = performance.now()
    await tree.leaf.ask(quiet)
    timings.push(performance.now() - before)
  }
  const own = median(timings.slice(10))
  const through: number[] = []
  stub.always({ kind: 'approve' })
  for (let round = 0; round < 40; round += 1) {
    const before = performance.now()
    await tree.leaf.ask()
    through.push(performance.now() - before)
  }
  const three = median(through.slice(10))
  const model = await modelMs()
  console.info(
    `decision: ${own.toFixed(1)} ms denied at the first hop; ${three.toFixed(1)} ms over three hops with a model of ` +
      `${model.toFixed(1)} ms: ${((three - model) / 3).toFixed(1)} ms a hop`,
  )
})

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** A bare question to the same stub. */
async function modelMs(): Promise<number> {
  const timings: number[] = []
  for (let round = 0; round < 20; round += 1) {
    const before = performance.now()
    const answer = await fetch(`${stub.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ messages: [] }),
    })
    await answer.text()
    timings.push(performance.now() - before)
  }
  return median(timings)
}
