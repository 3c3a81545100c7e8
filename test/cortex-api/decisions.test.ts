import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { type ApiNode, decisionRequest, type Leaf, requestForPeople, startApiNode } from './api-node.ts'
import { pendingDecision } from './operations.ts'
import { stateOf } from './state.ts'

let node: ApiNode
let leaf: Leaf
beforeAll(async () => {
  node = await startApiNode()
  leaf = await node.join('node-prod-001')
})
afterAll(() => node?.close())

const request = (more: Record<string, unknown> = {}) => {
  return { ...decisionRequest(leaf.agentId), request_id: randomUUID(), ...more }
}
const ask = async (body: unknown) => expectData(await leaf.api.post('/decisions/request', body))
const get = async (id: unknown) => expectData(await node.admin.get(`/decisions/${String(id)}`))
const approved = async () => Number((await ask(request()))['decision_id'])
const rejected = async () => Number((await ask(withFix('rm -rf /')))['decision_id'])
const waiting = () => pendingDecision(node, leaf)

function withFix(fix: string) {
  const { issue, ...rest } = request()
  return { ...rest, issue: { ...issue, proposed_fix: fix } }
}

test('POST /decisions/request: says who decided, where, on which way, and until when', async () => {
  const body = request({ deadline_ms: 20_000 })
  const before = Date.now()
  expect(await ask(body)).toEqual({
    decision_id: expect.any(Number),
    request_id: body['request_id'],
    status: 'approved',
    reason: expect.stringMatching(/./),
    llm_analysis: null,
    created_at: expect.stringMatching(/Z$/),
    decided_by: 'policy',
    authority: 'monitor-root',
    path: [
      {
        agent_id: 'monitor-root',
        verdict: 'judge',
        reason: expect.any(String),
        rule: 'known_action',
        text: { zh: expect.any(String), en: expect.any(String) },
        took_ms: expect.any(Number),
        at: expect.stringMatching(/Z$/),
      },
    ],
    expires_at: expect.stringMatching(/Z$/),
    valid_for_ms: expect.any(Number),
  })
  const { expires_at } = await ask(body)
  expect(Date.parse(String(expires_at))).toBeGreaterThan(before)
})

test('POST /decisions/request: a repeat of a request_id is the same decision, and changes nothing', async () => {
  const body = request()
  const { decision_id } = await ask(body)
  const before = await stateOf(node.sql)
  expect(await ask(body)).toMatchObject({ decision_id, status: 'approved' })
  expect(await stateOf(node.sql)).toEqual(before)
})

test('POST /decisions/request: 409 for a request_id of another request, and for one that has come through here', async () => {
  const body = request()
  await ask(body)
  const before = await stateOf(node.sql)
  const other = { ...withFix('systemctl restart redis'), request_id: body['request_id'] }
  expectError(await leaf.api.post('/decisions/request', other), 409, 'CONFLICT')
  expectError(await leaf.api.post('/decisions/request', request({ path: ['monitor-root'] })), 409, 'CONFLICT')
  expect(await stateOf(node.sql)).toEqual(before)
})

test.each([
  ['request_id', { request_id: 'short' }],
  ['deadline_ms', { deadline_ms: 0 }],
  ['deadline_ms', { deadline_ms: 300_001 }],
  ['context.recent_events', { context: { recent_events: 'none' } }],
  ['path', { path: Array.from({ length: 65 }, (_, at) => `hop-${at}`) }],
  ['issue.severity', { issue: { ...decisionRequest('x').issue, severity: 'enormous' } }],
  ['issue.proposed_fix', { issue: { ...decisionRequest('x').issue, proposed_fix: '' } }],
  [
    'issue.action',
    { issue: { ...decisionRequest('x').issue, action: { type: 'service.restart', service: 'a; reboot' } } },
  ],
])('POST /decisions/request: 400 naming %s', async (field, more) => {
  const before = await stateOf(node.sql)
  expect(
    expectError(await leaf.api.post('/decisions/request', request(more)), 400, 'INVALID_REQUEST').message,
  ).toContain(field)
  expect(await stateOf(node.sql)).toEqual(before)
})

test('POST /decisions/request: what nobody has decided yet is pending, and the message says so', async () => {
  const answer = await leaf.api
    .with({ 'Accept-Language': 'en' })
    .post('/decisions/request', requestForPeople(leaf.agentId))
  expect(expectData(answer)).toMatchObject({ status: 'pending', decided_by: null, valid_for_ms: 0, llm_analysis: null })
  expect(answer.body).toHaveProperty('message', 'not decided yet')
})

test('GET /decisions: filters narrow, pages follow each other, the newest is first', async () => {
  const ids = [await approved(), await rejected(), await waiting()]
  for (const [at, status] of ['approved', 'rejected', 'pending'].entries()) {
    const { decisions } = expectData(await node.admin.get(`/decisions?status=${status}&agent_id=${leaf.agentId}`))
    const list = decisions as Array<{ decision_id: number; status: string }>
    expect(list[0]?.decision_id).toBe(ids[at])
    expect(list.every((one) => one.status === status)).toBe(true)
  }
  const idsOf = async (query: string) => {
    const { decisions } = expectData(await node.admin.get(`/decisions?${query}`))
    return (decisions as Array<{ decision_id: number }>).map(({ decision_id }) => decision_id)
  }
  expect([...(await idsOf('limit=2')), ...(await idsOf('limit=2&offset=2'))]).toEqual(await idsOf('limit=4'))
  expect(expectData(await node.admin.get('/decisions?agent_id=nobody'))).toEqual({
    total: 0,
    limit: 50,
    offset: 0,
    decisions: [],
  })
})

test('POST /decisions/{id}/result: kept with its output; the same again changes nothing, another one is 409', async () => {
  const id = await approved()
  const result = { status: 'partial', output: 'half of it', executed_at: '2025-11-16T18:00:30+08:00' }
  const answer = await leaf.api.post(`/decisions/${id}/result`, result)
  expect(answer.body).toHaveProperty('message', '执行结果已记录')
  expect(expectData(answer)).toMatchObject({
    decision_id: id,
    execution_result: 'partial',
    execution_output: 'half of it',
    executed_at: '2025-11-16T10:00:30.000Z',
  })
  const before = await stateOf(node.sql)
  expectData(await leaf.api.post(`/decisions/${id}/result`, result))
  expectError(await leaf.api.post(`/decisions/${id}/result`, { status: 'success' }), 409, 'CONFLICT')
  expectError(
    await leaf.api.post(`/decisions/${id}/result`, { status: 'partial', request_id: 'another-request' }),
    409,
    'CONFLICT',
  )
  expect(await stateOf(node.sql)).toEqual(before)
})

test('POST /decisions/{id}/result: 409 for what was never approved', async () => {
  const ids = [await rejected(), await waiting()]
  const before = await stateOf(node.sql)
  for (const id of ids)
    expectError(await leaf.api.post(`/decisions/${id}/result`, { status: 'success' }), 409, 'CONFLICT')
  expect(await stateOf(node.sql)).toEqual(before)
})

test.each([
  ['approve', 'approved', '决策已批准', 'approved'],
  ['reject', 'rejected', '决策已拒绝', 'rejected'],
] as const)(
  'POST /decisions/{id}/%s: the person is part of the way, and the second time is 409',
  async (verb, status, zh, en) => {
    const [id, other] = [await waiting(), await waiting()]
    const answer = await node.admin.post(`/decisions/${id}/${verb}`, { reason: '看过了' })
    expect(answer.body).toHaveProperty('message', zh)
    expect(expectData(answer)).toMatchObject({
      decision_id: id,
      status,
      reason: '看过了',
      decided_by: 'human',
      authority: 'monitor-root',
    })
    expect((await get(id))['path']).toContainEqual(expect.objectContaining({ reason: 'human:admin' }))
    const english = await node.admin
      .with({ 'Accept-Language': 'en' })
      .post(`/decisions/${other}/${verb}`, { reason: 'seen' })
    expect(english.body).toHaveProperty('message', en)

    const before = await stateOf(node.sql)
    for (const again of ['approve', 'reject']) {
      expectError(await node.admin.post(`/decisions/${id}/${again}`, { reason: 'again' }), 409, 'CONFLICT')
    }
    expect(
      expectError(await node.admin.post(`/decisions/${other}/approve`, { reason: '' }), 400, 'INVALID_REQUEST').message,
    ).toContain('reason')
    expect(await stateOf(node.sql)).toEqual(before)
  },
)

test('of two people who decide at the same moment one is heard, the other gets 409', async () => {
  const id = await waiting()
  const answers = await Promise.all([
    node.admin.post(`/decisions/${id}/approve`, { reason: 'yes' }),
    node.admin.post(`/decisions/${id}/reject`, { reason: 'no' }),
  ])
  expect(answers.map(({ status }) => String(status)).sort()).toEqual(['200', '409'])
  const status = answers[0]?.status === 200 ? 'approved' : 'rejected'
  expect(await get(id)).toMatchObject({ status })
})
