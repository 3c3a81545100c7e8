import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'
import { expectData, expectError } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'
import { quiet } from '../support/quiet-logger.ts'
import { eventually, modelOf, newRequestId, rulesOf, startTree, type Tree } from './tree.ts'

let atRoot: ModelStub
let atRegion: ModelStub
let tree: Tree
beforeAll(async () => {
  atRoot = await startModelStub()
  atRegion = await startModelStub()
  tree = await startTree({
    root: modelOf(atRoot),
    region: {
      ...modelOf(atRegion),
      ...rulesOf({ name: 'people_decide', match: { target: 'haproxy' }, verdict: 'human' }),
      CORTEX_DECISION_AUTHORITY: 'local',
    },
    region2: rulesOf({ name: 'people_decide_here', match: { target: 'varnish' }, verdict: 'human' }),
  })
})
afterAll(async () => {
  await tree?.close()
  await atRegion?.close()
  await atRoot?.close()
})

test('a region that is its own authority decides; the root sees the decision and is not asked', async () => {
  const requestId = newRequestId()
  const answer = await tree.leaf.ask({ requestId })
  expect(answer).toMatchObject({ status: 'approved', decided_by: 'llm', authority: 'region' })
  expect(answer.path.map((hop) => hop.agent_id)).toEqual(['region2', 'region'])
  await eventually(async () =>
    expect(await tree.root.decision(requestId)).toMatchObject({ status: 'approved', authority: 'region', path: [] }),
  )
  expect(atRegion.requests).toHaveLength(1)
  expect(atRoot.requests).toHaveLength(0)

  const path = `/decisions/${answer.decision_id}/result`
  expectData(await tree.leaf.api.post(path, { status: 'partial', executed_at: null }))
  await eventually(async () =>
    expect(await tree.root.decision(requestId)).toMatchObject({ execution_result: 'partial', executed_at: null }),
  )
})

test('what waits for a person there is approved there, not at the root, which may still refuse', async () => {
  const fix = 'systemctl restart haproxy'
  const requests = [newRequestId(), newRequestId()]
  for (const requestId of requests) {
    expect(await tree.leaf.ask({ requestId, fix })).toMatchObject({ status: 'pending', authority: 'region' })
  }
  const [first = '', second = ''] = requests
  const idAt = async (requestId: string) =>
    await eventually(async () => {
      const found = await tree.root.decision(requestId)
      if (!found) throw new Error('not at the root yet')
      return found.decision_id
    })
  const verdict = { reason: 'looked at it' }
  const error = expectError(
    await tree.root.admin.post(`/decisions/${await idAt(first)}/approve`, verdict),
    409,
    'CONFLICT',
  )
  expect(error.details).toEqual({ authority: 'region' })

  const atRegionId = (await tree.region.decision(first))?.decision_id
  expectData(await tree.region.admin.post(`/decisions/${atRegionId}/approve`, verdict))
  expectData(await tree.root.admin.post(`/decisions/${await idAt(second)}/reject`, verdict))
  for (const hop of tree.hops) {
    await eventually(async () => {
      expect(await hop.decision(first)).toMatchObject({ status: 'approved', decided_by: 'human', authority: 'region' })
      expect(await hop.decision(second)).toMatchObject({ status: 'rejected', decided_by: 'human', authority: 'root' })
    })
  }
  expect(await tree.leaf.ask({ requestId: first, fix })).toMatchObject({ status: 'approved' })
})

test('what a region has approved by itself, a person above it does not approve for those below who want a person', async () => {
  const [approved, refused] = [newRequestId(), newRequestId()]
  const fix = 'systemctl restart varnish'
  expect(await tree.leaf.ask({ requestId: approved, fix })).toMatchObject({ status: 'pending', authority: 'region2' })
  expect(await tree.region.decision(approved)).toMatchObject({ status: 'approved', decided_by: 'llm' })
  await tree.leaf.ask({ requestId: refused, fix: 'systemctl restart haproxy' })
  const atRootId = await eventually(async () => {
    const found = await tree.root.decision(refused)
    if (!found) throw new Error('not at the root yet')
    return found.decision_id
  })

  // As the root had sent it, had its person been quicker than the news of the region.
  await queueAtRoot({ agent_id: tree.leaf.id, request_id: approved })
  expectData(await tree.root.admin.post(`/decisions/${atRootId}/reject`, { reason: 'behind the other command' }))
  await eventually(async () => expect(await tree.region2.decision(refused)).toMatchObject({ status: 'rejected' }))
  expect(await tree.region2.decision(approved)).toMatchObject({ status: 'pending', authority: 'region2' })
  expect(await tree.leaf.ask({ requestId: approved, fix })).toMatchObject({ status: 'pending' })
})

async function queueAtRoot(about: { agent_id: string; request_id: string }): Promise<void> {
  const verdict = { status: 'approved', reason: 'looked at it', decided_by: 'human', authority: 'root' }
  const payload = { ...about, ...verdict, hops: [], valid_for_ms: 60_000 }
  const database = await openDatabase({ url: tree.root.env['DATABASE_URL'] ?? '', logger: quiet, max: 1, rawMax: 1 })
  try {
    await database.sql`
      insert into commands (uid, next_hop, target, kind, payload)
      values (${randomUUID()}, 'region', 'region2', 'decision.settle', ${database.sql.json(payload)})`
  } finally {
    await database.close()
  }
}
