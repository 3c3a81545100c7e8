import { type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  AuditList,
  AuditQuery,
  AuditVerdictAnswer,
  AuditVerifyQuery,
  HostAuditPage,
  HostAuditQuery,
} from '../../contract/audit.ts'
import { AgentId } from '../../contract/common.ts'
import type { Audit } from '../../monitor/audit/audit.service.ts'
import type { HostAudits } from '../../monitor/operations/host-audits.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf } from '../http/authenticate.ts'
import { ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const tag = 'audit'
const auth = { user: 'administer' } as const
const list = route({
  method: 'get',
  path: '/audit',
  tag,
  summary: '审计日志：谁做了什么',
  auth,
  query: AuditQuery,
  response: AuditList,
})
const verify = route({
  method: 'get',
  path: '/audit/verify',
  tag,
  summary: '校验审计日志的哈希链',
  auth,
  query: AuditVerifyQuery,
  response: AuditVerdictAnswer,
  errors: [404],
})
const ofHost = route({
  method: 'get',
  path: '/audit/nodes/{agent_id}',
  tag,
  summary: '主机自己的操作日志，经链路读取并校验',
  auth,
  params: z.object({ agent_id: AgentId }),
  query: HostAuditQuery,
  response: HostAuditPage,
  errors: [404, 503, 504],
})

/** Who did what: the log of this monitor, and the one that each host keeps of itself. */
export function auditSection(parts: { audit: Audit; hostAudits: HostAudits }): OpenAPIHono<ApiEnv> {
  const { audit, hostAudits } = parts
  const app = createSection()
  app.openapi(list, async (c) => ok(c, await audit.list(c.req.valid('query'))))
  app.openapi(verify, async (c) => ok(c, await audit.verify(c.req.valid('query').after_id)))
  app.openapi(ofHost, async (c) =>
    ok(c, await hostAudits.page(actorOf(c), c.req.valid('param').agent_id, c.req.valid('query'))),
  )
  return app
}
