import { type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  MonitorData,
  MonitorHistory,
  MonitorHistoryQuery,
  MonitorReceipt,
} from '../../contract/better-monitor/monitor-data.ts'
import { RowId } from '../../contract/common.ts'
import { invalidRequest } from '../../contract/errors.ts'
import type { Report } from '../../contract/reports.ts'
import type { NodeViews } from '../../monitor/history/node-detail.service.ts'
import { serverOffline } from '../../monitor/operations/operations.errors.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { Reports } from '../../monitor/reports/reports.service.ts'
import type { Servers } from '../../monitor/servers/servers.service.ts'
import { LinkError } from '../../tree/link/fault.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf, nodeOf } from '../http/authenticate.ts'
import { jsonText } from '../http/envelope.ts'
import { plainRoute } from '../http/openapi.ts'

const tag = 'better-monitor: monitor'
const params = z.object({ id: RowId })
const dayMs = 86_400_000
const post = plainRoute({
  method: 'post',
  path: '/servers/{id}/monitor',
  tag,
  summary: '提交监控数据',
  auth: 'node',
  params,
  body: MonitorData,
  response: MonitorReceipt,
  errors: [404],
})
const get = plainRoute({
  method: 'get',
  path: '/servers/{id}/monitor',
  tag,
  summary: '监控数据；超过 limit 时按时间段汇总并保留峰值',
  auth: { user: 'read' },
  params,
  query: MonitorHistoryQuery,
  response: MonitorHistory,
  errors: [404],
})

const backwards = () =>
  invalidRequest('start_time 必须早于 end_time', 'start_time must be before end_time', {
    details: { issues: [{ path: 'start_time', message: '< end_time' }] },
  })

/** Measurements of servers (spec: Better Monitor 2): what is posted is a report like any other. */
export function monitorDataSection(parts: {
  reports: Reports
  servers: Servers
  operations: Operations
  views: NodeViews
  clock: () => number
}): OpenAPIHono<ApiEnv> {
  const { reports, servers, operations, views, clock } = parts
  const app = createSection()

  app.openapi(post, async (c) => {
    const node = await servers.ofKey(nodeOf(c), c.req.valid('param').id)
    const receivedAt = new Date(clock()).toISOString()
    await reports.accept(node, reportOf(node.agentId, c.req.valid('json'), receivedAt))
    return c.json({ success: true as const, received_at: receivedAt }, 200)
  })
  app.openapi(get, async (c) => {
    const { start_time, end_time, limit } = c.req.valid('query')
    const to = end_time === undefined ? new Date(clock()) : new Date(end_time)
    const from = start_time === undefined ? new Date(to.getTime() - dayMs) : new Date(start_time)
    if (from >= to) throw backwards()
    const node = await operations.admit(
      { actor: actorOf(c), requestId: c.get('requestId') },
      c.req.valid('param').id,
      'read',
    )
    const history = await views.samples(node, { from, to, limit }).catch((error: unknown) => {
      throw isCutOff(error) ? serverOffline(node.name, error.hop) : error
    })
    return jsonText<MonitorHistory>(c, history)
  })

  return app
}

/** The monitor that holds the measurements is not connected. */
function isCutOff(error: unknown): error is LinkError {
  return error instanceof LinkError && (error.reason === 'LINK_LOST' || error.reason === 'NO_ROUTE')
}

function reportOf(agentId: string, data: MonitorData, receivedAt: string): Report {
  const percent = (used: number, total: number) => (total > 0 ? Math.min(100, (used / total) * 100) : 0)
  return {
    agent_id: agentId,
    timestamp: data.timestamp ?? receivedAt,
    status: 'healthy',
    metrics: {
      cpu_percent: data.cpu_usage,
      memory_percent: percent(data.memory_used, data.memory_total),
      disk_percent: percent(data.disk_used, data.disk_total),
      load_average: [data.load_avg_1, data.load_avg_5, data.load_avg_15],
      uptime_seconds: 0,
      memory: { used_bytes: Math.round(data.memory_used), total_bytes: Math.round(data.memory_total) },
      disk: { used_bytes: Math.round(data.disk_used), total_bytes: Math.round(data.disk_total) },
      network_io: { bytes_recv: data.network_in, bytes_sent: data.network_out },
    },
    issues: [],
    actions_taken: [],
    metadata: {},
  }
}
