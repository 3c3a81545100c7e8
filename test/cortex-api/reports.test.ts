import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { type ApiNode, decisionRequest, figures, issue, type Leaf, report, startApiNode } from './api-node.ts'
import { stateOf } from './state.ts'

let node: ApiNode
let leaf: Leaf
beforeAll(async () => {
  node = await startApiNode()
  leaf = await node.join('node-prod-001')
})
afterAll(() => node?.close())

const l2 = (service: string, fix = `systemctl restart ${service}`) => ({
  ...issue('service_down', { severity: 'high', proposed_fix: fix, details: { service } }),
  level: 'L2',
})
const english = () => leaf.api.with({ 'Accept-Language': 'en' })
const messageOf = ({ body }: { body: unknown }) => (body as { message?: string }).message

test('POST /reports: the least that is documented is enough, and every figure of it is in the detail of the node', async () => {
  const answer = await leaf.api.post('/reports', report(leaf.agentId))
  expect(expectData(answer)).toEqual({ report_id: expect.any(Number), l2_decisions: [], l3_alerts_triggered: 0 })
  expect(messageOf(answer)).toBe('报告已接收并处理')
  expect(messageOf(await english().post('/reports', report(leaf.agentId)))).toBe('report received and processed')
  const { recent_reports } = expectData(await node.admin.get(`/cluster/nodes/${leaf.agentId}`))
  expect((recent_reports as unknown[])[0]).toMatchObject({ status: 'healthy', metrics: figures })
})

test.each([
  ['cpu_percent', -0.1],
  ['cpu_percent', 100.1],
  ['memory_percent', '62'],
  ['disk_percent', null],
  ['load_average', [1, 2]],
  ['load_average', [1, 2, 3, 4]],
  ['uptime_seconds', -1],
  ['process_count', 1.5],
  ['disk_io', { read_bytes: -1 }],
  ['network_io', { bytes_sent: 'many' }],
])('POST /reports: 400 for metrics.%s = %j, naming it', async (field, value) => {
  const before = await stateOf(node.sql)
  const body = report(leaf.agentId, { metrics: { ...figures, [field]: value } })
  expect(expectError(await leaf.api.post('/reports', body), 400, 'INVALID_REQUEST').message).toContain(
    `metrics.${field}`,
  )
  expect(await stateOf(node.sql)).toEqual(before)
})

test.each([
  ['status', { status: 'fine' }],
  ['timestamp', { timestamp: '2025-11-16 10:00' }],
  ['timestamp', { timestamp: 1_763_287_200 }],
  ['agent_id', { agent_id: '../etc' }],
  ['issues.0.level', { issues: [issue('x', { level: 'L4' })] }],
  ['issues.0.severity', { issues: [issue('x', { severity: 'huge' })] }],
  ['issues.0.description', { issues: [issue('x', { description: undefined })] }],
  ['actions_taken.0.level', { actions_taken: [{ level: 'L3', action: 'a', result: 'success' }] }],
  ['actions_taken.0.result', { actions_taken: [{ level: 'L1', action: 'a', result: 'done' }] }],
  ['report_uid', { report_uid: '' }],
])('POST /reports: 400 naming %s', async (field, more) => {
  const before = await stateOf(node.sql)
  expect(
    expectError(await leaf.api.post('/reports', report(leaf.agentId, more)), 400, 'INVALID_REQUEST').message,
  ).toContain(field)
  expect(await stateOf(node.sql)).toEqual(before)
})

test('POST /reports: a repeat of a report_uid has the same report_id and no second effect', async () => {
  const body = report(leaf.agentId, { report_uid: 'uid-1', status: 'critical', issues: [issue('repeated')] })
  const first = expectData(await leaf.api.post('/reports', body))
  const before = await stateOf(node.sql)
  expect(expectData(await leaf.api.post('/reports', body))).toEqual({ ...first, l3_alerts_triggered: 0 })
  expect(await stateOf(node.sql)).toEqual(before)
})

test('POST /reports: each L2 issue is answered with its decision; what policy denies is rejected, what needs a person is pending', async () => {
  const asked = [l2('nginx'), l2('disk', 'rm -rf /'), l2('app', 'call the vendor')]
  const { l2_decisions } = await leaf.report({ status: 'warning', issues: asked })
  expect(l2_decisions).toMatchObject([
    {
      decision_id: expect.any(Number),
      issue_type: 'service_down',
      status: 'approved',
      reason: expect.stringMatching(/./),
    },
    { status: 'rejected' },
    { status: 'pending' },
  ])
})

test('POST /reports: the result of an approved repair that a report brings is kept with the decision', async () => {
  const { decision_id } = expectData(await leaf.api.post('/decisions/request', decisionRequest(leaf.agentId)))
  const action = { level: 'L2', action: 'service.restart nginx', result: 'success', details: 'nginx runs', decision_id }
  await leaf.report({ actions_taken: [action] })
  expect(expectData(await node.admin.get(`/decisions/${String(decision_id)}`))).toMatchObject({
    execution_result: 'success',
    execution_output: 'nginx runs',
    executed_at: expect.any(String),
  })
})

test('POST /reports: nginx down and mysql down are two alerts; a higher severity updates the open one', async () => {
  const down = (service: string, severity: string) => issue('service_gone', { severity, details: { service } })
  const triggered = async (...issues: unknown[]) =>
    (await leaf.report({ status: 'critical', issues }))['l3_alerts_triggered']
  expect(await triggered(down('nginx', 'high'), down('mysql', 'high'))).toBe(2)
  expect(await triggered(down('nginx', 'critical'), down('mysql', 'low'))).toBe(0)
  const { alerts } = expectData(await node.admin.get(`/alerts?status=new&agent_id=${leaf.agentId}`))
  const found = (alerts as Array<Record<string, unknown>>).filter(({ type }) => type === 'service_gone')
  const shown = Object.fromEntries(
    found.map(({ subject, severity, occurrences }) => [subject, { severity, occurrences }]),
  )
  expect(shown).toEqual({
    mysql: { severity: 'high', occurrences: 2 },
    nginx: { severity: 'critical', occurrences: 2 },
  })
})

test('POST /reports: 409 for a report that has come through this monitor', async () => {
  const before = await stateOf(node.sql)
  const body = report(leaf.agentId, { metadata: { path: ['monitor-root'] } })
  expectError(await leaf.api.post('/reports', body), 409, 'CONFLICT')
  expect(await stateOf(node.sql)).toEqual(before)
})

test('POST /reports/batch: one bad item spoils none, a repeat is a duplicate, and a past fault raises nothing', async () => {
  const past = { timestamp: '2025-11-16T10:00:00Z', status: 'critical', issues: [issue('long_over')] }
  const answer = await leaf.api.post('/reports/batch', {
    reports: [
      report(leaf.agentId, { ...past, report_uid: 'b-1' }),
      { agent_id: leaf.agentId, report_uid: 'b-2' },
      'no report',
      report(leaf.agentId, { ...past, report_uid: 'b-1' }),
      report(leaf.agentId, { ...past, report_uid: 'b-3' }),
    ],
  })
  expect(messageOf(answer)).toBe('积压数据已处理')
  const rejected = { status: 'rejected', error: { code: 'INVALID_REQUEST', message: expect.stringMatching(/./) } }
  expect(expectData(answer)).toEqual({
    results: [
      { report_uid: 'b-1', status: 'accepted' },
      { report_uid: 'b-2', ...rejected },
      { report_uid: null, ...rejected },
      { report_uid: 'b-1', status: 'duplicate' },
      { report_uid: 'b-3', status: 'accepted' },
    ],
  })
  const [found] = await node.sql`select count(*)::int as count from alerts where type = 'long_over'`
  expect(found).toEqual({ count: 0 })
})

test.each([0, 1001])('POST /reports/batch: 400 for %i reports', async (count) => {
  const before = await stateOf(node.sql)
  const reports = Array.from({ length: count }, () => report(leaf.agentId))
  expect(expectError(await leaf.api.post('/reports/batch', { reports }), 400, 'INVALID_REQUEST').message).toContain(
    'reports',
  )
  expect(await stateOf(node.sql)).toEqual(before)
})

test('POST /reports/batch: a thousand reports are taken in one request', async () => {
  const reports = Array.from({ length: 1000 }, (_, at) => report(leaf.agentId, { report_uid: `thousand-${at}` }))
  const { results } = expectData(await leaf.api.post('/reports/batch', { reports }))
  expect((results as Array<{ status: string }>).filter(({ status }) => status === 'accepted')).toHaveLength(1000)
})

test.each(['healthy', 'warning', 'critical'])(
  'POST /heartbeat: %s is the health of the node from then on',
  async (status) => {
    const beat = { agent_id: leaf.agentId, timestamp: new Date().toISOString(), status }
    const answer = await english().post('/heartbeat', beat)
    expect(messageOf(answer)).toBe('heartbeat received')
    expect(expectData(answer)).toEqual({ received_at: expect.stringMatching(/Z$/) })
    expect(expectData(await node.admin.get(`/cluster/nodes?health=${status}`))['nodes']).toMatchObject([
      { agent_id: leaf.agentId, status: 'online', health_status: status },
    ])
  },
)

test('POST /heartbeat: a node that says goodbye is offline at once', async () => {
  const beat = { agent_id: leaf.agentId, timestamp: new Date().toISOString(), status: 'healthy', goodbye: true }
  expectData(await leaf.api.post('/heartbeat', beat))
  expect(expectData(await node.admin.get('/cluster/nodes?status=offline'))).toMatchObject({
    offline: 1,
    nodes: [{ agent_id: leaf.agentId }],
  })
})
