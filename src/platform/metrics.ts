import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { IssueLevel, NodeStatus } from '../contract/common.ts'
import { AlertStatus } from '../contract/rollup.ts'
import type { Logger } from './logger.ts'

export interface HttpMetrics {
  /** Counts one answered request; `route` is the pattern (`/alerts/{id}`), never the path, so that labels stay few. */
  observe(request: { method: string; route: string; status: number; durationMs: number }): void
}

/** What a monitor is asked for at each scrape. */
export interface MonitorReadings {
  alertsByStatus(): Promise<Record<string, number>>
  nodesByStatus(): Promise<Record<string, number>>
  treeDepth(): Promise<number> | number
  noticesWaiting(): Promise<number>
}

export interface MonitorMetrics {
  /** The end of an attempt to send a notice; `pending` is one that is tried again. */
  notice(ended: { channelType: string; state: string }): void
  report(result: 'accepted' | 'duplicate' | 'rejected'): void
  issue(level: string): void
  decision(made: { status: string; decidedBy: string; durationMs: number }): void
}

export interface Metrics {
  readonly contentType: string
  /** The exposition text of `/metrics`. */
  text(): Promise<string>
  /** Counters and timings of the HTTP server. */
  http(): HttpMetrics
  /** What a node with a monitor shows; the readings are taken at each scrape. */
  monitor(readings: MonitorReadings): MonitorMetrics
  /** What a node with a spool shows, read at each scrape; the age of the oldest item is 0 when it is empty. */
  spool(read: () => { depth: number; oldestSeconds: number }): void
}

const REQUEST_BUCKETS_S = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30]
const DECISION_BUCKETS_S = [0.005, 0.025, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 300, 900]

/** The Prometheus metrics of one node. Each part registers what it has, so a leaf shows no figures of a monitor. */
export function createMetrics({ logger, version }: { logger: Logger; version: string }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 })
  new Gauge({ name: 'cortex_build_info', help: 'Version of this node; always 1', labelNames: ['version'], registers })
    .labels(version)
    .set(1)

  /** A gauge computed at scrape time. When its reading fails it is left out, never shown with an old value. */
  function computed<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    fill: (gauge: Gauge<Label>) => unknown,
  ) {
    return new Gauge<Label>({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset()
        if (labelNames.length === 0) this.remove()
        try {
          await fill(this)
        } catch (err) {
          logger.warn({ err, metric: name }, 'a metric could not be read')
        }
      },
    })
  }
  /** A status that nothing has is 0, not absent: a rule over a quiet node has something to compare. */
  function byStatus(
    name: string,
    help: string,
    statuses: readonly string[],
    read: () => Promise<Record<string, number>>,
  ) {
    computed(name, help, ['status'], async (gauge) => {
      const counts = await read()
      for (const status of statuses) gauge.set({ status }, counts[status] ?? 0)
    })
  }

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),

    http() {
      const labelNames = ['method', 'route', 'status'] as const
      const total = new Counter({
        name: 'cortex_http_requests_total',
        help: 'Answered HTTP requests',
        labelNames,
        registers,
      })
      const duration = new Histogram({
        name: 'cortex_http_request_duration_seconds',
        help: 'Time from the request to its answer',
        labelNames,
        buckets: REQUEST_BUCKETS_S,
        registers,
      })
      return {
        observe({ method, route, status, durationMs }) {
          total.labels(method, route, String(status)).inc()
          duration.labels(method, route, String(status)).observe(durationMs / 1000)
        },
      }
    },

    monitor(readings) {
      const reports = new Counter({
        name: 'cortex_reports_total',
        help: 'Reports by result',
        labelNames: ['result'],
        registers,
      })
      const issues = new Counter({
        name: 'cortex_issues_total',
        help: 'Issues in reports by level',
        labelNames: ['level'],
        registers,
      })
      for (const level of IssueLevel.options) issues.inc({ level }, 0)
      const decisions = new Counter({
        name: 'cortex_decisions_total',
        help: 'Decisions by status and by who decided',
        labelNames: ['status', 'decided_by'],
        registers,
      })
      const notices = new Counter({
        name: 'cortex_notices_total',
        help: 'Attempts to send a notice by type of channel and by how they ended',
        labelNames: ['channel_type', 'state'],
        registers,
      })
      const decisionTime = new Histogram({
        name: 'cortex_decision_duration_seconds',
        help: 'Time from the request of a decision to its answer',
        labelNames: ['status'],
        buckets: DECISION_BUCKETS_S,
        registers,
      })
      byStatus('cortex_alerts', 'Alerts by status', AlertStatus.options, readings.alertsByStatus)
      byStatus('cortex_nodes', 'Nodes of the subtree by status', NodeStatus.options, readings.nodesByStatus)
      computed('cortex_tree_depth', 'Depth of the subtree below this monitor', [], async (gauge) =>
        gauge.set(await readings.treeDepth()),
      )
      computed('cortex_notices_waiting', 'Notices that wait to be sent', [], async (gauge) =>
        gauge.set(await readings.noticesWaiting()),
      )
      return {
        notice: ({ channelType, state }) => notices.labels(channelType, state).inc(),
        report: (result) => reports.labels(result).inc(),
        issue: (level) => issues.labels(level).inc(),
        decision({ status, decidedBy, durationMs }) {
          decisions.labels(status, decidedBy).inc()
          decisionTime.labels(status).observe(durationMs / 1000)
        },
      }
    },

    spool(read) {
      computed('cortex_spool_depth', 'Items that wait for the parent', [], (gauge) => gauge.set(read().depth))
      computed('cortex_spool_oldest_seconds', 'Age of the oldest item that waits', [], (gauge) =>
        gauge.set(read().oldestSeconds),
      )
    },
  }
}
