import { sql } from 'drizzle-orm'
import type { Monitor } from './monitor-part.ts'
import type { Metrics } from '../platform/metrics.ts'

/** Shows the figures of a monitor: gauges are read at each scrape, counters follow the bus. */
export function meterMonitor(metrics: Metrics, monitor: Monitor): void {
  const { db } = monitor.database
  const byStatus = async (query: ReturnType<typeof sql>) => {
    const rows = await db.execute<{ status: string; count: number }>(query)
    return Object.fromEntries(rows.map((row) => [row.status, row.count]))
  }
  const meter = metrics.monitor({
    alertsByStatus: () => byStatus(sql`select status, count(*)::int as count from alerts group by status`),
    nodesByStatus: () =>
      byStatus(
        sql`select s.status, count(*)::int as count from nodes n join node_states s on s.node_id = n.id where n.deleted_at is null group by s.status`,
      ),
    async treeDepth() {
      const [row] = await db.execute<{ depth: number }>(
        sql`select coalesce(max(cardinality(path)), 1)::int as depth from nodes where deleted_at is null`,
      )
      return row?.depth ?? 1
    },
    async noticesWaiting() {
      const [row] = await db.execute<{ count: number }>(
        sql`select count(*)::int as count from notices where state in ('pending', 'sending')`,
      )
      return row?.count ?? 0
    },
  })
  monitor.bus.on('decision_settled', ({ status, decided_by, took_ms }) =>
    meter.decision({ status, decidedBy: decided_by ?? 'none', durationMs: took_ms }),
  )
  monitor.bus.on('notice_settled', ({ channel_type, state }) => meter.notice({ channelType: channel_type, state }))
  monitor.bus.on('report_taken', ({ result, levels }) => {
    meter.report(result)
    for (const level of levels) meter.issue(level)
  })
}
