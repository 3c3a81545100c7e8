import type { RuleType } from '../../contract/alert-rules.ts'
import type { Report, SystemMetrics } from '../../contract/reports.ts'
import type { Measured } from './evaluation.ts'

/** What a report says to each type of rule; a type that it says nothing of is absent. */
export function figuresOf(metrics: SystemMetrics): Partial<Record<RuleType, number>> {
  const { bytes_recv, bytes_sent } = metrics.network_io ?? {}
  const rates = [bytes_recv, bytes_sent].filter((rate) => rate !== undefined)
  return {
    cpu: metrics.cpu_percent,
    memory: metrics.memory_percent,
    disk: metrics.disk_percent,
    load: metrics.load_average[0],
    ...(rates.length > 0 ? { network: Math.max(...rates) } : {}),
  }
}

/** So many reports may be missing before the time between two of them is not known. */
const missedReports = 3

/** A report as rules see it; `leastGapMs` is how long a node may be silent in any case. */
export function measuredIn(
  item: { nodeId: number; agentId: string; receivedAtMs: number; report: Report },
  leastGapMs: number,
): Measured {
  const figures = figuresOf(item.report.metrics)
  const intervalMs = (item.report.metadata.report_interval_s ?? 0) * 1000
  return {
    nodeId: item.nodeId,
    agentId: item.agentId,
    atMs: item.receivedAtMs,
    maxGapMs: Math.max(leastGapMs, intervalMs * missedReports),
    valueOf(rule) {
      const value = figures[rule.type]
      return value === undefined ? null : { value }
    },
  }
}
