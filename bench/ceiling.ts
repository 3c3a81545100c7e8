import { hash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve, upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import postgres from 'postgres'
import { WebSocketServer } from 'ws'
import { Report } from '../src/contract/reports.ts'
import { createGatherer } from '../src/lib/gatherer.ts'
import { endWithBench, startedWith, tell } from './support/child.ts'

export interface CeilingOptions {
  databaseUrl: string
  keys: Array<{ agentId: string; key: string }>
}

/*
 * What taking a report costs at least: the hash of the key in a Map, the same schema, one INSERT for all that arrived
 * together, committed before the answer. Sockets are taken too, and nothing is said on them. No roles, limits, states, alerts, events, feed or metrics.
 */
const { databaseUrl, keys } = (await startedWith()) as CeilingOptions
const nodes = new Map(keys.map(({ key, agentId }, index) => [hash('sha256', key, 'hex'), { id: index + 1, agentId }]))
const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined })
await sql`
  create table if not exists bare_reports (
    id bigserial, node_id bigint not null, reported_at timestamptz not null, report_uid text not null,
    received_at timestamptz not null default now(), status text not null, cpu_percent real not null, memory_percent real not null,
    disk_percent real not null, metrics jsonb not null, issues jsonb not null, actions jsonb not null, metadata jsonb not null,
    primary key (node_id, reported_at, report_uid))`

const lane = createGatherer<{ nodeId: number; report: Report }, number>({
  async run(items) {
    const rows = items.map(({ nodeId, report }) => ({
      node_id: nodeId,
      reported_at: report.timestamp,
      report_uid: report.report_uid,
      status: report.status,
      cpu: report.metrics.cpu_percent,
      memory: report.metrics.memory_percent,
      disk: report.metrics.disk_percent,
      metrics: report.metrics,
      issues: report.issues,
      actions: report.actions_taken,
      metadata: report.metadata,
    }))
    const stored = await sql<Array<{ id: string }>>`
      insert into bare_reports (node_id, reported_at, report_uid, status, cpu_percent, memory_percent, disk_percent, metrics, issues, actions, metadata)
      select node_id, reported_at, report_uid, status, cpu, memory, disk, metrics, issues, actions, metadata
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
        node_id bigint, reported_at timestamptz, report_uid text, status text, cpu real, memory real, disk real,
        metrics jsonb, issues jsonb, actions jsonb, metadata jsonb)
      returning id`
    return stored.map(({ id }) => Number(id))
  },
  maxItems: 256,
  maxWaiting: 20_000,
  overloaded: () => new Error('overloaded'),
})

const app = new Hono()
app.post('/api/v1/reports', async (c) => {
  const node = nodes.get(hash('sha256', c.req.header('x-api-key') ?? '', 'hex'))
  if (!node) return c.json({ success: false }, 401)
  const report = Report.safeParse(await c.req.json())
  if (!report.success || report.data.agent_id !== node.agentId) return c.json({ success: false }, 400)
  const reportId = await lane.add({ nodeId: node.id, report: report.data })
  return c.json({ success: true, data: { report_id: reportId }, timestamp: new Date().toISOString() })
})

endWithBench()
// Without the heartbeat, the guests and the events of a real one.
const websocket = { server: new WebSocketServer({ noServer: true }) }
app.get(
  '/ws',
  upgradeWebSocket(() => ({})),
)
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0, websocket }, () => {
  tell({ port: (server.address() as AddressInfo).port })
})
