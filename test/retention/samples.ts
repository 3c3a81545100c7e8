import { randomUUID } from 'node:crypto'
import { MonitorHistory } from '../../src/contract/better-monitor/monitor-data.ts'
import type { Database, Sql } from '../../src/db/open.ts'
import { nodeSamples, type SampleSpan } from '../../src/monitor/history/samples.store.ts'
import { createSummaries } from '../../src/monitor/history/summaries.service.ts'
import { createLogger } from '../../src/platform/logger.ts'
import type { History } from './history.ts'

/** Noon of the day on which Europe's clocks go forward. */
export const now = Date.UTC(2026, 2, 29, 12)
export const hourMs = 3_600_000

/** One report as it is stored; figures that are null are not in it. */
export interface Sample {
  atMs: number
  cpu: number
  memoryUsed: number | null
  received: number | null
}

export async function addSamples(sql: Sql, nodeId: number, samples: readonly Sample[]): Promise<void> {
  const rows = samples.map(({ atMs, cpu, memoryUsed, received }) => ({
    node_id: nodeId,
    reported_at: new Date(atMs).toISOString(),
    report_uid: randomUUID(),
    metrics: {
      cpu_percent: cpu,
      memory_percent: 50,
      disk_percent: 60,
      load_average: [1, 2, 3],
      ...(memoryUsed === null ? {} : { memory: { used_bytes: memoryUsed } }),
      ...(received === null ? {} : { network_io: { bytes_recv: received } }),
    },
  }))
  await sql`
    insert into reports (node_id, reported_at, report_uid, status, cpu_percent, memory_percent, disk_percent, metrics, issues, actions, metadata)
    select node_id, reported_at, report_uid, 'healthy', 1, 50, 60, metrics, '[]', '[]', '{}'
    from jsonb_to_recordset(${sql.json(rows)}) as r(node_id bigint, reported_at timestamptz, report_uid text, metrics jsonb)`
}

let minutesPassed = 0
/** A summary job as a new process has it, a minute after the one before. */
export function summariesOf(database: Database) {
  minutesPassed += 1
  const at = now + minutesPassed * 60_000
  return createSummaries({
    database,
    clock: () => at,
    stopping: new AbortController().signal,
    logger: createLogger({ level: 'silent' }),
  })
}

/** What a chart says. */
export async function storedChart(
  { database, nodeId }: History,
  span: SampleSpan,
  nowMs: number,
): Promise<MonitorHistory> {
  return MonitorHistory.parse(JSON.parse(await nodeSamples(database.db, nodeId, span, nowMs)))
}
