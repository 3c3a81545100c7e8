import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiNode, issue, type Leaf, startApiNode } from '../cortex-api/api-node.ts'

let node: ApiNode
beforeAll(async () => {
  node = await startApiNode()
})
afterAll(() => node?.close())

const series = '0a1b2c3d'

/** The report of that number of its node, made that many seconds ago by its clock, with these L3 and no others. */
const say = (leaf: Leaf, number: number, secondsAgo: number, types: string[]) =>
  leaf.report({
    timestamp: new Date(Date.now() - secondsAgo * 1000).toISOString(),
    status: types.length > 0 ? 'critical' : 'healthy',
    issues: types.map((type) => issue(type)),
    metadata: { issues_complete: true, report_order: `${series}-${number}` },
  })

async function alertsOf(leaf: Leaf): Promise<string[]> {
  const rows = await node.sql`
    select a.type, a.status from alerts a join nodes n on n.id = a.node_id where n.agent_id = ${leaf.agentId} order by a.id`
  return rows.map((row) => `${row['type']} ${row['status']}`)
}

test('a live report that was held up on its way is kept, and reopens nothing that is over', async () => {
  const leaf = await node.join('held-up')
  await say(leaf, 1, 30, ['fault'])
  await say(leaf, 3, 10, [])
  expect(await alertsOf(leaf)).toEqual(['fault resolved'])
  const before =
    await node.sql`select reported_at, health_status, issues_l3 from node_states s join nodes n on n.id = s.node_id where agent_id = 'held-up'`
  await say(leaf, 2, 20, ['fault', 'another'])
  expect(await alertsOf(leaf)).toEqual(['fault resolved'])
  expect(
    await node.sql`select reported_at, health_status, issues_l3 from node_states s join nodes n on n.id = s.node_id where agent_id = 'held-up'`,
  ).toEqual(before)
  const [kept] = await node.sql`
    select count(*)::int as reports from reports r join nodes n on n.id = r.node_id where agent_id = 'held-up'`
  expect(kept).toEqual({ reports: 3 })
})

test('a clock that was set back, or a node that began anew, says how the node is now', async () => {
  const leaf = await node.join('set-back')
  await say(leaf, 1, 10, [])
  await say(leaf, 2, 3_610, ['set-back'])
  expect(await alertsOf(leaf)).toEqual(['set-back new'])
  await leaf.report({
    timestamp: new Date(Date.now() - 7_200_000).toISOString(),
    metadata: { issues_complete: true, report_order: 'ffffffff-1' },
  })
  expect(await alertsOf(leaf)).toEqual(['set-back resolved'])
})
