import { afterAll, beforeAll, expect, test } from 'vitest'
import { DecisionDetail } from '../../src/contract/decisions.ts'
import { openSocket } from '../realtime/event-client.ts'
import { expectData } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'
import { adminPassword, eventually, type Hop, modelOf, newRequestId, rulesOf, startTree, type Tree } from './tree.ts'

let stub: ModelStub
let tree: Tree
beforeAll(async () => {
  stub = await startModelStub()
  tree = await startTree({
    root: { ...modelOf(stub), ...rulesOf({ name: 'people_decide', match: { target: 'haproxy' }, verdict: 'human' }) },
    region: rulesOf({ name: 'ask_for_web', match: { target: 'nginx' }, verdict: 'judge' }),
  })
})
afterAll(async () => {
  await tree?.close()
  await stub?.close()
})

async function detail(hop: Hop, requestId: string): Promise<DecisionDetail> {
  const known = await hop.decision(requestId)
  if (!known) throw new Error(`${hop.id} does not know ${requestId}`)
  return DecisionDetail.parse(expectData(await hop.admin.get(`/decisions/${known.decision_id}`)))
}
const wayOf = (decision: DecisionDetail) => decision.whole_path.map(({ agent_id, rule }) => [agent_id, rule])

test('the root sees what every monitor below said, by which rule, what the model answered, and what the leaf had seen', async () => {
  const requestId = newRequestId()
  await tree.leaf.ask({
    requestId,
    issue: { risk_assessment: 'connections are dropped', details: { exit_code: 3 }, subject: 'nginx' },
  })
  const seen = await detail(tree.root, requestId)
  expect(wayOf(seen)).toEqual([
    ['region2', 'known_action'],
    ['region', 'ask_for_web'],
    ['root', 'known_action'],
  ])
  const [, region, root] = seen.whole_path
  expect(region).toMatchObject({ verdict: 'judge', text: { en: 'policy rule ask_for_web' } })
  expect(root).toMatchObject({
    reason: 'judge_approved',
    model: { model: 'stub', outcome: 'approve', reason: 'as scripted', risk_level: 'low', input_tokens: 1 },
  })
  expect(root?.took_ms).toBeGreaterThanOrEqual(root?.model?.took_ms ?? Infinity)
  expect(seen.evidence).toMatchObject({
    subject: 'nginx',
    risk_assessment: 'connections are dropped',
    details: { exit_code: 3 },
  })
  await eventually(async () => {
    const [nearest] = (await detail(tree.root, requestId)).whole_path
    expect(nearest).toMatchObject({ agent_id: 'region2', took_ms: expect.any(Number) })
  })
})

test('what waits for a person is told at once, with the way it came, and says where it can be approved', async () => {
  const { access_token: token } = expectData(
    await tree.root.anonymous.post('/auth/login', { username: 'admin', password: adminPassword }),
  )
  const socket = await openSocket(`${tree.root.address().replace('http', 'ws')}/ws?token=${String(token)}`)
  const requestId = newRequestId()
  await tree.leaf.ask({ requestId, fix: 'systemctl restart haproxy' })
  const waiting = await detail(tree.root, requestId)
  const event = await socket.next('decision_waiting')
  expect(event.data).toMatchObject({ decision_id: waiting.decision_id, proposed_action: 'systemctl restart haproxy' })
  expect(wayOf(waiting)).toEqual([
    ['region2', 'known_action'],
    ['region', 'known_action'],
    ['root', 'people_decide'],
  ])
  expect([waiting.decides_here, (await detail(tree.region, requestId)).decides_here]).toEqual([true, false])

  expectData(await tree.root.admin.post(`/decisions/${waiting.decision_id}/approve`, { reason: 'looked at it' }))
  const approved = await detail(tree.root, requestId)
  expect(approved.whole_path.at(-1)).toMatchObject({ agent_id: 'root', person: 'admin', note: 'looked at it' })
  socket.raw.close()
})

test('how long the repair ran is seen at every level', async () => {
  const { decision_id: id, request_id: requestId } = await tree.leaf.ask({ requestId: newRequestId() })
  expectData(await tree.leaf.api.post(`/decisions/${id}/result`, { status: 'success', output: 'ok', took_ms: 1234 }))
  for (const hop of tree.hops) {
    await eventually(async () => expect(await detail(hop, requestId)).toMatchObject({ execution_ms: 1234 }))
  }
})

test('decisions are found by a part of their text, and by the region they are in', async () => {
  const requestId = newRequestId()
  await tree.leaf.ask({ requestId, fix: 'systemctl restart memcached' })
  const total = async (query: string) => expectData(await tree.root.admin.get(`/decisions?${query}`))['total']
  expect(await total('q=MEMCACHED&under=region2')).toBe(1)
  expect(await total('q=memcached&under=nowhere')).toBe(0)
  expect(await total('q=%25')).toBe(0)
})

test('intents are found by text, region and time', async () => {
  await tree.leaf.ask({ requestId: newRequestId(), fix: 'systemctl restart varnish' })
  const intents = async (query: string) => expectData(await tree.root.admin.get(`/intents?${query}`))['total']
  expect(await intents('q=varnish&under=region')).toBe(1)
  expect(await intents('q=varnish&under=nowhere')).toBe(0)
  expect(await intents('q=varnish&until=1h')).toBe(0)
  expect(await intents('q=varnish&since=1h')).toBe(1)
})
