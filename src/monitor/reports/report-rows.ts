import type { Incoming } from './incoming.ts'
import type { Sign } from './reports.store.ts'

/** How far cpu, memory or disk must move, in percentage points, before ancestors hear of it. */
export const deadBand = 5

/** A report as the statements take it. */
export function reportRow(item: Incoming) {
  const { report } = item
  return {
    node_id: item.nodeId,
    reported_at: report.timestamp,
    report_uid: report.report_uid ?? item.fallbackUid,
    received_at: new Date(item.receivedAtMs).toISOString(),
    status: report.status,
    cpu: report.metrics.cpu_percent,
    memory: report.metrics.memory_percent,
    disk: report.metrics.disk_percent,
    metrics: report.metrics,
    issues: report.issues,
    actions: report.actions_taken,
    metadata: { ...report.metadata, rollup: undefined },
  }
}

/** What a report says about its node now. */
export function signOf(item: Incoming): Sign & { figures: NonNullable<Sign['figures']> } {
  const { metrics, issues, metadata, timestamp, status } = item.report
  const count = (level: string) => issues.filter((issue) => issue.level === level).length
  const counts = metadata.issues_count ?? { L1: count('L1'), L2: count('L2'), L3: count('L3') }
  return {
    nodeId: item.nodeId,
    receivedAtMs: item.receivedAtMs,
    sentAtMs: Date.parse(timestamp),
    health: status,
    version: metadata.probe_version?.slice(0, 64) ?? null,
    figures: {
      reportedAt: timestamp,
      metrics,
      cpu: metrics.cpu_percent,
      memory: metrics.memory_percent,
      disk: metrics.disk_percent,
      l1: counts.L1,
      l2: counts.L2,
      l3: counts.L3,
    },
  }
}
