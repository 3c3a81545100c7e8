import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData } from '../support/http.ts'
import { joinByHand } from '../support/hand-leaf.ts'
import type { NodeProcess } from '../support/node-process.ts'
import { until } from '../support/until.ts'
import { type Processes, startProcesses } from './processes.ts'

let monitor: Processes
beforeAll(async () => {
  monitor = await startProcesses('region', 2)
}, 120_000)
afterAll(() => monitor?.close())

const statusOf = async (agentId: string) => {
  const [row] = await monitor.sql`
    select s.status from nodes n join node_states s on s.node_id = n.id where n.agent_id = ${agentId}`
  return row?.['status'] as string | undefined
}
/** Beats of a process so far, by what the database saw of it. */
const lastBeat = async (process: NodeProcess) => {
  const [row] =
    await monitor.sql`select extract(epoch from seen_at)::float8 as at from replicas where address = ${process.ownUrl}`
  return Number(row?.['at'] ?? 0)
}

test('a frozen leader whose lock another process has taken changes nothing when it goes on', async () => {
  const leaf = await joinByHand(monitor, 'silent')
  expectData(await leaf.report())
  const before = await until('one leads', () => monitor.leader())
  const other = monitor.running.find((process) => process !== before.process)!
  before.process.freeze()
  await monitor.sql`select pg_terminate_backend(${before.pid})`
  const after = await until('the other one leads', async () => {
    const now = await monitor.leader()
    return now.process === other && now
  })
  expect(after.epoch).toBe(before.epoch + 1)

  // Nobody but the leader of before is awake, and there is work: a node that has been silent for long.
  other.freeze()
  await monitor.sql`
    update node_states set last_seen_at = now() - interval '1 hour'
    where node_id = (select id from nodes where agent_id = 'silent')`
  before.process.thaw()
  await until('it knows that it does not lead any more', () =>
    before.process.log.some((line) => line.includes('does not lead the monitor any more')),
  )
  const awakeSince = await lastBeat(before.process)
  await until('it has been at work for some time', async () => (await lastBeat(before.process)) > awakeSince + 2)
  expect(await statusOf('silent')).toBe('online')
  expect(await monitor.leader()).toMatchObject({ epoch: after.epoch, process: other })

  other.thaw()
  await until('who leads does the work', async () => (await statusOf('silent')) === 'offline', 60_000)
  const alerts = await monitor.sql`select id from alerts where type = 'node_offline'`
  expect(alerts).toHaveLength(1)
})

test('a process that is not one of them does not start: without their key, or as if it were alone', async () => {
  await Promise.all([
    expect(monitor.start({ CORTEX_REPLICAS_ENABLED: 'false' })).rejects.toThrow('Several processes of region use this'),
    expect(monitor.start({ CORTEX_SECRET_KEY: 'f'.repeat(64) })).rejects.toThrow('the same security.secret_key'),
  ])
})

test('a process that is told to end hands over, and ends in good order', async () => {
  const { process } = await monitor.leader()
  const stays = monitor.running.find((each) => each !== process)!
  expect(await process.end('SIGTERM')).toBe(0)
  await until('the other one leads', async () => (await monitor.leader()).process === stays)
  const rows = await monitor.sql`select address from replicas`
  expect(rows.map((row) => row['address'] as string)).toEqual([stays.ownUrl])
})
