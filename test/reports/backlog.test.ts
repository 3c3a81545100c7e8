import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiNode, report, startApiNode } from '../cortex-api/api-node.ts'
import { expectData } from '../support/http.ts'
import { until } from '../support/until.ts'

let node: ApiNode
beforeAll(async () => {
  node = await startApiNode()
})
afterAll(() => node?.close())

test('a live report does not wait for a backlog, whatever that waits for', async () => {
  const [late, one, other] = [await node.join('late'), await node.join('one'), await node.join('other')]
  await late.report()
  let isDelivered = false
  const anHourAgo = new Date(Date.now() - 3_600_000).toISOString()
  const old = await node.sql.begin(async (tx) => {
    await tx`select from node_states where node_id = (select id from nodes where agent_id = 'late') for update`
    const delivery = late.api
      .post('/reports/batch', { reports: [report('late', { timestamp: anHourAgo })] })
      .finally(() => (isDelivered = true))
    await until('the backlog waits for the row that is held', async () => {
      const waiting = await tx`select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`
      return waiting.length > 0
    })
    await one.report()
    await other.report()
    expect(isDelivered).toBe(false)
    return { delivery }
  })
  expect(expectData(await old.delivery)).toMatchObject({ results: [{ status: 'accepted' }] })
})
