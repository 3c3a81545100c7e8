import { migrate } from '../../src/db/migrate.ts'
import type { Database } from '../../src/db/open.ts'
import { createSummaries } from '../../src/monitor/history/summaries.service.ts'
import { addToSummaries, moveSummaries, summaryState } from '../../src/monitor/history/summaries.store.ts'
import { createRetention } from '../../src/monitor/retention/retention.service.ts'
import { silent } from './scene.ts'
import { serverCpuSeconds, serverPid } from './server-cpu.ts'

const dayMs = 86_400_000
const intervalS = 10
const idsPerPiece = 20_000

export interface StoredHistory {
  rows: number
  nodeIds: number[]
  fromMs: number
  toMs: number
  /** CPU of this process and the database for the summaries of one row. */
  summaryCpuSecondsEach: number
}

/** A monitor's database with `days` of reports, one every 10 s of each node, in the order of their times; summed up. */
export async function storeHistory(database: Database, nodes: number, days: number): Promise<StoredHistory> {
  const { sql } = database
  await migrate(database)
  const toMs = Math.floor(Date.now() / 3_600_000) * 3_600_000
  const fromMs = toMs - days * dayMs
  for (let atMs = fromMs; atMs <= toMs + dayMs; atMs += dayMs) {
    const retentionDays = async () => days + 1
    await createRetention({ database, clock: () => atMs, retentionDays, logger: silent }).prepare()
  }
  const made = await sql<Array<{ id: number }>>`
    insert into nodes (agent_id, name, role, path)
    select 'node-' || i, 'Node ' || i, 'probe', array['history-root', 'node-' || i] from generate_series(1, ${nodes}::int) i
    returning id`
  const nodeIds = made.map((row) => row.id)
  // A day is summed up while the next is stored; the last one alone, to see what it costs.
  let summing = Promise.resolve()
  for (let day = 0; day < days; day++) {
    await Promise.all([storeDay(database, nodeIds, fromMs + day * dayMs), summing])
    if (day < days - 1) summing = sumUp(database)
  }
  await sql`analyze reports`

  const server = await serverPid(sql)
  const cpu = () => serverCpuSeconds(server) + process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6
  const before = cpu()
  await createSummaries({ database, clock: Date.now, stopping: new AbortController().signal, logger: silent }).look()
  const rowsOfDay = (nodes * dayMs) / 1000 / intervalS
  const summaryCpuSecondsEach = (cpu() - before) / rowsOfDay
  await sql`analyze report_minutes, report_hours`
  return { rows: rowsOfDay * days, nodeIds, fromMs, toMs, summaryCpuSecondsEach }
}

/** All that is stored now, in pieces as the job has them, without its pauses. */
async function sumUp({ sql, db }: Database): Promise<void> {
  const [stored] = await sql<[{ id: number }]>`select max(id)::int8 as id from reports`
  for (let isDone = false; !isDone;) {
    isDone = await db.transaction(async (tx) => {
      const { uptoId } = await summaryState(tx)
      const next = Math.min(stored.id, uptoId + idsPerPiece)
      await addToSummaries(tx, uptoId, next)
      await moveSummaries(tx, { uptoId: next })
      return next === stored.id
    })
  }
}

/** Figures that wander as those of a host do, in a report of the shape and size of the documented example. */
async function storeDay({ sql }: Database, nodeIds: readonly number[], fromMs: number): Promise<void> {
  await sql`
    insert into reports (node_id, reported_at, report_uid, status, cpu_percent, memory_percent, disk_percent, metrics, issues, actions, metadata)
    select node_id, at, 'bench-' || node_id || '-' || extract(epoch from at)::int8, 'healthy', cpu, 62.1, 72.5,
      format('{"cpu_percent": %s, "memory_percent": 62.1, "disk_percent": 72.5, "load_average": [%s, 1.5, 1.8], "uptime_seconds": 864000,
        "process_count": 156, "disk_io": {"read_bytes": 1024000, "write_bytes": 512000}, "network_io": {"bytes_sent": %s, "bytes_recv": 4096000},
        "memory": {"total_bytes": 16777216000, "used_bytes": %s}, "disk": {"total_bytes": 107374182400, "used_bytes": 77846282240}}',
        cpu, round((cpu / 25)::numeric, 2), 2048000 + step * 7, 8388608000 + step * 4096)::jsonb,
      '[]', '[]', '{"probe_version": "1.0.0", "issues_complete": true}'
    from generate_series(0, ${dayMs / 1000 / intervalS - 1}::int) step
    cross join unnest(${nodeIds as number[]}::int8[]) node_id
    cross join lateral (select
      ${new Date(fromMs)}::timestamptz + make_interval(secs => step * ${intervalS}) as at,
      round((50 + 45 * sin(step / 300.0 + node_id))::numeric, 1) as cpu) figures`
}
