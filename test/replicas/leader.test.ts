import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData } from '../support/http.ts'
import { joinByHand } from '../support/hand-leaf.ts'
import { until } from '../support/until.ts'
import { type Processes, startProcesses } from './processes.ts'

let monitor: Processes
beforeAll(async () => {
  monitor = await startProcesses('region', 2)
}, 60_000)
afterAll(() => monitor?.close())

test('a frozen leader whose lock another process has taken changes nothing when it goes on', async () => {
  const before = await until('one leads', () => monitor.leader())
  const other = monitor.running.find((process) => process !== before.process)
  before.process.freeze()
  await monitor.sql`select pg_terminate_backend(${before.pid})`
  const after = await until('the other one leads', async () => {
    const now = await monitor.leader()
    return now.process === other && now
  })
  expect(after.epoch).toBe(before.epoch + 1)

  before.process.thaw()
  await until('it knows that it does not lead any more', () =>
    before.process.log.some((line) => line.includes('does not lead the monitor any more')),
  )
  expect(await monitor.leader()).toMatchObject({ epoch: after.epoch, process: other })
})

test('what a child reports to one process is judged by the one that leads', async () => {
  const leaf = await joinByHand(monitor, 'hand-leaf')
  for (let round = 0; round < 4; round++) expectData(await leaf.report())
  const nodes = expectData(await monitor.api.get('/cluster/nodes'))
  expect(JSON.stringify(nodes)).toContain('"hand-leaf"')
})
