import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { RowId } from '../../contract/common.ts'
import {
  Decision,
  DecisionAnswer,
  DecisionDetail,
  DecisionList,
  DecisionQuery,
  DecisionRequest,
  DecisionResult,
  HumanVerdict,
} from '../../contract/decisions.ts'
import { notFound } from '../../contract/errors.ts'
import type { Database } from '../../db/open.ts'
import type { Decisions } from '../../monitor/decisions/decisions.service.ts'
import type { HumanGate } from '../../monitor/decisions/human-gate.service.ts'
import { rowOfSpeaker } from '../../monitor/nodes/speaks-for.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { actorOf, nodeOf } from '../http/authenticate.ts'
import { ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const tag = 'decisions'
const params = z.object({ decision_id: RowId })
const request = route({
  method: 'post',
  path: '/decisions/request',
  tag,
  summary: '请求 L2 决策',
  auth: 'node',
  body: DecisionRequest,
  response: DecisionAnswer,
  errors: [409],
})
const get = route({
  method: 'get',
  path: '/decisions/{decision_id}',
  tag,
  summary: '查询决策结果',
  auth: { any: 'read' },
  params,
  response: DecisionDetail,
  errors: [404],
})
const list = route({
  method: 'get',
  path: '/decisions',
  tag,
  summary: '查询决策历史',
  auth: { user: 'read' },
  query: DecisionQuery,
  response: DecisionList,
})
const result = route({
  method: 'post',
  path: '/decisions/{decision_id}/result',
  tag,
  summary: '上报执行结果',
  auth: 'node',
  params,
  body: DecisionResult,
  response: Decision,
  errors: [404, 409],
})
const approve = route({
  method: 'post',
  path: '/decisions/{decision_id}/approve',
  tag,
  summary: '人工批准',
  auth: { user: 'operate' },
  params,
  body: HumanVerdict,
  response: Decision,
  errors: [404, 409],
})
const reject = route({
  method: 'post',
  path: '/decisions/{decision_id}/reject',
  tag,
  summary: '人工拒绝',
  auth: { user: 'operate' },
  params,
  body: HumanVerdict,
  response: Decision,
  errors: [404, 409],
})

/** Who may repair what (spec: 决策管理接口 3–5; rulings: result of an execution, human gate). */
export function decisionsSection(parts: {
  database: Database
  decisions: Decisions
  humanGate: HumanGate
  budgetMs: number
}): OpenAPIHono<ApiEnv> {
  const { database, decisions, humanGate, budgetMs } = parts
  const app = createSection()

  app.openapi(request, async (c) => {
    const body = c.req.valid('json')
    const node = await rowOfSpeaker(database.db, nodeOf(c), body.agent_id)
    if (!node) throw notFound(`节点 ${body.agent_id} 不存在`, `there is no node ${body.agent_id}`)
    const answer = await decisions.request(node, body, body.deadline_ms ?? budgetMs)
    const message =
      answer.status === 'pending' ? { zh: '决策尚未完成', en: 'not decided yet' } : { zh: '决策已完成', en: 'decided' }
    return ok(c, answer, message)
  })
  app.openapi(list, async (c) => {
    const { agent_id, task_id, ...filter } = c.req.valid('query')
    return ok(c, await humanGate.list(actorOf(c), { ...filter, agentId: agent_id, taskId: task_id }))
  })
  app.openapi(get, async (c) => ok(c, await humanGate.get(actorOf(c), c.req.valid('param').decision_id)))
  app.openapi(result, async (c) => {
    const row = await humanGate.recordResult(nodeOf(c), c.req.valid('param').decision_id, c.req.valid('json'))
    return ok(c, row, { zh: '执行结果已记录', en: 'result recorded' })
  })
  app.openapi(approve, async (c) => {
    const row = await humanGate.approve(actorOf(c), c.req.valid('param').decision_id, c.req.valid('json').reason)
    return ok(c, row, { zh: '决策已批准', en: 'approved' })
  })
  app.openapi(reject, async (c) => {
    const row = await humanGate.reject(actorOf(c), c.req.valid('param').decision_id, c.req.valid('json').reason)
    return ok(c, row, { zh: '决策已拒绝', en: 'rejected' })
  })

  return app
}
