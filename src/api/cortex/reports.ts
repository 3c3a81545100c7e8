import type { OpenAPIHono } from '@hono/zod-openapi'
import {
  BatchReceipt,
  Heartbeat,
  HeartbeatReceipt,
  Report,
  ReportBatch,
  ReportReceipt,
} from '../../contract/reports.ts'
import type { Database } from '../../db/open.ts'
import { speaksFor } from '../../monitor/nodes/speaks-for.ts'
import type { Reports } from '../../monitor/reports/reports.service.ts'
import { type ApiContext, type ApiEnv, languageOf } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { nodeOf } from '../http/authenticate.ts'
import { ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'
import { preferredWaitMs } from '../http/prefer.ts'

const tag = 'reports'
const maxReportBytes = 1024 * 1024
const maxBatchBytes = 4 * 1024 * 1024
/** The report of a region carries up to a thousand changes of its subtree. */
const maxRollupBytes = 32 * 1024 * 1024
/** A region speaks for its whole subtree, and at once when something is urgent: it is counted like a person's queries. */
const reportsOf = (c: ApiContext) => (nodeOf(c).role === 'monitor' ? ('queries' as const) : ('reports' as const))

const report = route({
  method: 'post',
  path: '/reports',
  tag,
  summary: '上报节点数据',
  auth: 'node',
  limit: reportsOf,
  body: Report,
  maxBodyBytes: (c) => (nodeOf(c).role === 'monitor' ? maxRollupBytes : maxReportBytes),
  response: ReportReceipt,
  errors: [409],
})
const batch = route({
  method: 'post',
  path: '/reports/batch',
  tag,
  summary: '补报积压的数据，逐条处理',
  auth: 'node',
  limit: reportsOf,
  body: ReportBatch,
  maxBodyBytes: maxBatchBytes,
  response: BatchReceipt,
})
const heartbeat = route({
  method: 'post',
  path: '/heartbeat',
  tag,
  summary: '发送心跳',
  auth: 'node',
  limit: reportsOf,
  body: Heartbeat,
  response: HeartbeatReceipt,
})

/** What nodes report (spec: 数据上报接口 1, 2; rulings: Reports). */
export function reportsSection({ reports, database }: { reports: Reports; database: Database }): OpenAPIHono<ApiEnv> {
  const app = createSection()

  app.openapi(report, async (c) => {
    const body = c.req.valid('json')
    const node = await speaksFor(database.db, nodeOf(c), body.agent_id)
    const receipt = await reports.accept(node, body, preferredWaitMs(c.req.header('prefer')))
    return ok(c, receipt, { zh: '报告已接收并处理', en: 'report received and processed' })
  })
  app.openapi(batch, async (c) => {
    const actor = nodeOf(c)
    const receipt = await reports.acceptBatch(
      c.req.valid('json'),
      (agentId) => speaksFor(database.db, actor, agentId),
      languageOf(c),
    )
    return ok(c, receipt, { zh: '积压数据已处理', en: 'backlog processed' })
  })
  app.openapi(heartbeat, async (c) => {
    const body = c.req.valid('json')
    const node = await speaksFor(database.db, nodeOf(c), body.agent_id)
    const receivedAt = await reports.heartbeat(node, body)
    return ok(c, { received_at: receivedAt.toISOString() }, { zh: '心跳已接收', en: 'heartbeat received' })
  })

  return app
}
