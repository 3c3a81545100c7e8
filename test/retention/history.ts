import { randomUUID } from 'node:crypto'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { createRetention } from '../../src/monitor/retention/retention.service.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createTestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'

export const dayMs = 86_400_000
/** Noon, so that a day more or less is never at a boundary by chance. */
export const now = Date.UTC(2026, 5, 15, 12)
export const daysAgo = (days: number) => new Date(now - days * dayMs)

/** A monitor's database with a node in it, and its retention of 30 days at a fixed time. */
export async function startHistory() {
  const scratch = await createTestDatabase()
  const database = await openDatabase({ url: scratch.url, logger: quiet, max: 4, rawMax: 4 })
  const { sql } = database
  const [node] = await sql<Array<{ id: number }>>`
    insert into nodes (agent_id, name, role, path) values ('leaf', 'leaf', 'probe', array['root', 'leaf']) returning id`
  if (!node) throw new Error('an insert returned no row')
  const lines: string[] = []
  const time = { now, retentionDays: 30 }
  const retentionOf = (of: Database, hourlySummaryDays?: number) =>
    createRetention({
      hourlySummaryDays,
      database: of,
      clock: () => time.now,
      retentionDays: async () => time.retentionDays,
      logger: createLogger({ level: 'debug', write: (line) => lines.push(line) }),
    })

  return {
    database,
    sql,
    url: scratch.url,
    nodeId: node.id,
    time,
    lines,
    retention: retentionOf(database),
    retentionOf,
    /** Stores reports of those times; received at the same time unless said otherwise. */
    async addReports(times: Date[], receivedAt?: Date): Promise<void> {
      for (const at of times) {
        await sql`
          insert into reports (node_id, reported_at, report_uid, received_at, status, cpu_percent, memory_percent, disk_percent, metrics, issues, actions, metadata)
          values (${node.id}, ${at}, ${randomUUID()}, ${receivedAt ?? at}, 'healthy', 1, 2, 3, '{}', '[]', '[]', '{}')`
      }
    },
    /** Which table holds how many reports. */
    async places(): Promise<Record<string, number>> {
      const rows = await sql<Array<{ place: string; total: number }>>`
        select tableoid::regclass::text as place, count(*) as total from reports group by 1`
      return Object.fromEntries(rows.map(({ place, total }) => [place, total]))
    },
    async partitions(): Promise<string[]> {
      const rows = await sql<Array<{ name: string }>>`
        select inhrelid::regclass::text as name from pg_inherits where inhparent = 'reports'::regclass order by 1`
      return rows.map((row) => row.name)
    },
    async close(): Promise<void> {
      await database.close()
      await scratch.drop()
    },
  }
}
export type History = Awaited<ReturnType<typeof startHistory>>
