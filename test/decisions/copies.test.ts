import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { RolledDecision, RolledNode } from '../../src/contract/rollup.ts'
import { expectData } from '../support/http.ts'
import { eventually, type Hop, type Leaf, newRequestId, registerLeaf, rulesOf, startRoot } from './tree.ts'

let root: Hop
let close: () => Promise<void>
let region: Leaf
/** How far each region's feed has come. */
const seqs = new Map<Leaf, number>()
beforeAll(async () => {
  ;({ root, close } = await startRoot({
    ...rulesOf({ name: 'people_decide', verdict: 'human' }),
    CORTEX_DECISIONS_LIFE_S: '0.5',
  }))
  region = await registerLeaf(root, 'far-region', 'monitor')
  await rollUp(nodeBelow)
})
afterAll(() => close?.())

const nodeBelow: RolledNode = {
  kind: 'node',
  agent_id: 'far-leaf',
  parent_id: 'far-region',
  node_uid: null,
  generation: 0,
  name: 'far-leaf',
  role: 'probe',
  version: null,
  status: 'online',
  health_status: 'warning',
  issues: { L1: 0, L2: 1, L3: 0 },
  metrics: null,
  metadata: {},
  last_seen_at: null,
  stale_since: null,
}

function decisionBelow(requestId: string, more: Partial<RolledDecision> = {}): RolledDecision {
  return {
    kind: 'decision',
    agent_id: 'far-leaf',
    request_id: requestId,
    issue_type: 'service_down',
    issue_description: 'nginx is down',
    severity: 'high',
    proposed_action: 'systemctl restart nginx',
    status: 'pending',
    reason: '',
    llm_analysis: null,
    decided_by: null,
    authority: null,
    created_at: '2026-11-21T10:00:00.000Z',
    decided_at: null,
    expires_at: '2999-01-01T00:00:00.000Z',
    executed_at: null,
    execution_result: null,
    execution_output: null,
    execution_ms: null,
    path: [],
    evidence: null,
    ...more,
  }
}

/** What a region would send, as the region itself. */
async function rollUp(entity: RolledNode | RolledDecision, from: Leaf = region): Promise<void> {
  const at = new Date().toISOString()
  const seq = seqs.get(from) ?? 0
  seqs.set(from, seq + 1)
  const rollup = {
    epoch: 'first',
    from_seq: seq,
    to_seq: seq + 1,
    snapshot_end: seq === 0,
    as_of: at,
    entities: [entity],
  }
  expectData(
    await from.api.post('/reports', {
      agent_id: from.id,
      timestamp: at,
      status: 'healthy',
      metrics: { cpu_percent: 1, memory_percent: 2, disk_percent: 3, load_average: [0, 0, 0], uptime_seconds: 9 },
      metadata: { rollup },
    }),
  )
}

const approved = { status: 'approved', decided_by: 'policy', authority: 'far-region', reason: 'fine' } as const
const executed = {
  ...approved,
  execution_result: 'success',
  execution_output: 'done',
  executed_at: '2026-11-21T10:00:05.000Z',
}

test('a refusal that comes too late stands, and the result of what was done by then is not lost', async () => {
  const requestId = newRequestId()
  await rollUp(decisionBelow(requestId))
  const id = (await root.decision(requestId))?.decision_id
  expectData(await root.admin.post(`/decisions/${id}/reject`, { reason: 'no' }))
  await rollUp(decisionBelow(requestId, approved))
  expect(await root.decision(requestId)).toMatchObject({
    status: 'rejected',
    decided_by: 'human',
    execution_result: null,
  })
  await rollUp(decisionBelow(requestId, executed))
  expect(await root.decision(requestId)).toMatchObject({ status: 'rejected', execution_result: 'success' })
})

test('the life of a decision below is ended by the clock of its owner, not by ours', async () => {
  const requestId = newRequestId()
  const other = newRequestId()
  await rollUp(decisionBelow(requestId, { expires_at: '2020-01-01T00:00:00.000Z' }))
  await rollUp(decisionBelow(other, { expires_at: '2020-01-01T00:00:00.000Z' }))
  // One that was asked about here ends by our clock, which shows that the job has been by.
  const ours = newRequestId()
  expect(await region.ask({ requestId: ours })).toMatchObject({ status: 'pending' })
  await eventually(async () => expect(await root.decision(ours)).toMatchObject({ status: 'expired' }))
  expect(await root.decision(requestId)).toMatchObject({ status: 'pending' })
  await rollUp(decisionBelow(requestId, executed))
  expect(await root.decision(requestId)).toMatchObject({ status: 'approved', execution_result: 'success' })
  await rollUp(decisionBelow(other, { status: 'expired' }))
  expect(await root.decision(other)).toMatchObject({ status: 'expired' })
})

test.each(['rejected', 'expired'] as const)(
  'what is %s below is no longer approved here, and never again',
  async (status) => {
    const requestId = newRequestId()
    await rollUp(decisionBelow(requestId, approved))
    expect(await root.decision(requestId)).toMatchObject({ status: 'approved', authority: 'far-region', path: [] })
    await rollUp(decisionBelow(requestId, { status, decided_by: null, authority: 'far-region' }))
    expect(await root.decision(requestId)).toMatchObject({ status })
    await rollUp(decisionBelow(requestId, approved))
    expect(await root.decision(requestId)).toMatchObject({ status })
  },
)

test('a copy whose region fell silent ends with its life; what the region says when it is back counts', async () => {
  const { root: quick, close: end } = await startRoot({ CORTEX_OFFLINE_AFTER_S: '1' })
  onTestFinished(end)
  const silent = await registerLeaf(quick, 'far-region', 'monitor')
  const [lost, done] = [newRequestId(), newRequestId()]
  const over = { expires_at: '2020-01-01T00:00:00.000Z' }
  await rollUp(nodeBelow, silent)
  await rollUp(decisionBelow(lost, over), silent)
  await rollUp(decisionBelow(done, over), silent)
  for (const requestId of [lost, done]) {
    await eventually(async () =>
      expect(await quick.decision(requestId)).toMatchObject({ status: 'expired', reason: 'owner_silent' }),
    )
  }
  await rollUp(decisionBelow(done, executed), silent)
  expect(await quick.decision(done)).toMatchObject({ status: 'approved', execution_result: 'success' })
  await rollUp(decisionBelow(lost, { ...over, status: 'expired', authority: 'far-region' }), silent)
  expect(await quick.decision(lost)).toMatchObject({ status: 'expired' })
})
