import { afterAll, beforeAll, expect, test } from 'vitest'
import { Report } from '../../src/contract/reports.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { insertReports } from '../../src/monitor/reports/reports.store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'

let testDatabase: TestDatabase
let database: Database
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = await openDatabase({ url: testDatabase.url, logger: quiet, max: 2, rawMax: 1 })
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

function item(nodeId: number, uid: string) {
  const report = Report.parse({
    agent_id: `node-${nodeId}`,
    timestamp: '2026-01-02T03:04:05.678Z',
    status: 'healthy',
    metrics: { cpu_percent: 1, memory_percent: 2, disk_percent: 3, load_average: [0, 0, 0], uptime_seconds: 1 },
    report_uid: uid,
  })
  const way = { backlog: false, history: false }
  return { nodeId, agentId: report.agent_id, report, receivedAtMs: Date.now(), fallbackUid: `~${uid}`, ...way }
}
const store = (...items: Array<ReturnType<typeof item>>) => database.db.transaction((tx) => insertReports(tx, items))

test('a repeat has the id of its report and no row of its own, alone, beside new ones and beside its twin', async () => {
  const [first] = await store(item(1, 'a'))
  const id = first?.reportId ?? 0
  expect(first).toEqual({ reportId: id, duplicate: false })
  expect(await store(item(1, 'a'))).toEqual([{ reportId: id, duplicate: true }])

  const mixed = await store(item(1, 'b'), item(1, 'a'), item(2, 'a'), item(1, 'b'))
  expect(mixed.map((one) => one.duplicate)).toEqual([false, true, false, true])
  expect(mixed[1]?.reportId).toBe(id)
  expect(mixed[3]?.reportId).toBe(mixed[0]?.reportId)
  expect(new Set(mixed.map((one) => one.reportId)).size).toBe(3)
  expect((await database.sql`select count(*) as count from reports`)[0]).toEqual({ count: 3 })
})

test('two senders of one report at the same moment get the same id', async () => {
  const answers = await Promise.all([store(item(3, 'x')), store(item(3, 'x'))])
  expect(new Set(answers.flat().map((one) => one.reportId)).size).toBe(1)
  expect(answers.flat().filter((one) => one.duplicate)).toHaveLength(1)
})
