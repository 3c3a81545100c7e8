import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeCalm } from '../../src/monitor/reports/calm.store.ts'
import { Report } from '../../src/contract/reports.ts'
import { type ApiNode, type Leaf, report, startApiNode } from '../cortex-api/api-node.ts'
import { stateOf } from '../cortex-api/state.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { expectData } from '../support/http.ts'
import { quiet } from '../support/quiet-logger.ts'

let node: ApiNode
let database: Database
let leaf: Leaf
let nodeId: number
let uid = 0
beforeAll(async () => {
  node = await startApiNode()
  const [row] = await node.sql`select current_database() as name`
  const { host, port, user, pass } = node.sql.options
  const url = `postgres://${user}:${pass}@${host[0]}:${port[0]}/${row?.['name']}`
  database = await openDatabase({ url, logger: quiet, max: 2, rawMax: 1 })
  leaf = await node.join('calm-leaf')
  const [known] = await node.sql`select id from nodes where agent_id = ${leaf.agentId}`
  nodeId = Number(known?.['id'])
})
afterAll(async () => {
  await database?.close()
  await node?.close()
})

function item(more: Record<string, unknown> = {}) {
  const given = Report.parse({ ...report(leaf.agentId, more), report_uid: `calm-${++uid}` })
  const way = { backlog: false, history: false }
  return { nodeId, agentId: leaf.agentId, report: given, receivedAtMs: Date.now(), fallbackUid: '~', ...way }
}
const stored = async () => Number((await node.sql`select count(*) from reports`)[0]?.['count'])

test('a report of a node that is as it was is stored, and its figures and time of life are the new ones', async () => {
  await leaf.report()
  const before = await stored()
  const calm = item({ metrics: { ...report(leaf.agentId).metrics, cpu_percent: 46.5 } })
  const taken = await takeCalm(database.db, [calm])
  expect(taken.get(calm)).toBeGreaterThan(0)
  expect(await stored()).toBe(before + 1)
  const [state] =
    await node.sql`select last_seen_at, metrics->>'cpu_percent' as cpu from node_states where node_id = ${nodeId}`
  expect(state).toEqual({ last_seen_at: new Date(calm.receivedAtMs), cpu: '46.5' })
})

test.each([
  ['a node that is less healthy', async () => item({ status: 'warning' })],
  ['a figure that left its dead band', async () => item({ metrics: { ...report('x').metrics, memory_percent: 99 } })],
  ['another version of the program', async () => item({ metadata: { probe_version: '9.9.9' } })],
  ['issues that were counted', async () => item({ metadata: { issues_count: { L1: 0, L2: 1, L3: 0 } } })],
  [
    'a report that is known already',
    async () => {
      const twin = item()
      await takeCalm(database.db, [twin])
      return twin
    },
  ],
  [
    'a report that is known from before its clock was set back',
    async () => {
      const twin = item()
      await takeCalm(database.db, [twin])
      await node.sql`update node_states set reported_at = reported_at - interval '1 minute' where node_id = ${nodeId}`
      return twin
    },
  ],
  [
    'a node that was not online',
    async () => {
      await node.sql`update node_states set status = 'offline' where node_id = ${nodeId}`
      return item()
    },
  ],
])('%s is left untouched for the long way', async (_name, make) => {
  const given = await make()
  const before = await stateOf(node.sql)
  expect(await takeCalm(database.db, [given])).toEqual(new Map())
  expect(await stateOf(node.sql)).toEqual(before)
})

test('over the API both ways answer alike: a node that was away is online again, and a repeat is the same report', async () => {
  const body = { ...report(leaf.agentId), report_uid: 'over-the-api' }
  const first = expectData(await leaf.api.post('/reports', body))
  expect(expectData(await leaf.api.post('/reports', body))['report_id']).toBe(first['report_id'])
  const calm = expectData(await leaf.api.post('/reports', { ...body, report_uid: 'and-one-more' }))
  expect(calm).toEqual({ ...first, report_id: expect.any(Number) })
  expect(calm['report_id']).not.toBe(first['report_id'])
  const [state] = await node.sql`select status from node_states where node_id = ${nodeId}`
  expect(state).toEqual({ status: 'online' })
})
