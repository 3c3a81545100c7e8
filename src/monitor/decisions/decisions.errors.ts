import { conflict, notFound, type PublicText } from '../../contract/errors.ts'

export const decisionNotFound = (id: number) => notFound(`决策 ${id} 不存在`, `there is no decision ${id}`)
export const alreadySettled = (id: number, status: string) =>
  conflict(`决策 ${id} 已是 ${status}`, `decision ${id} is ${status} already`, { details: { status } })
export const decidedElsewhere = (authority: string) =>
  conflict(`该决策由 ${authority} 决定，请在那里批准`, `this decision belongs to ${authority}: approve it there`, {
    details: { authority },
  })
export const policyForbids = (id: number, text: PublicText) =>
  conflict(
    `本节点的策略禁止批准决策 ${id}：${text.zh}`,
    `the policy here forbids to approve decision ${id}: ${text.en}`,
  )
export const notApproved = (id: number, status: string) =>
  conflict(
    `决策 ${id} 未被批准（${status}），不接受执行结果`,
    `decision ${id} is ${status}: there is nothing to have been executed`,
  )
export const resultKnown = (id: number) =>
  conflict(`决策 ${id} 已有另一个执行结果`, `decision ${id} has another result already`)
export const requestLoops = () =>
  conflict('请求已经过本节点，存在环路', 'the request has already come through this monitor: the tree has a loop')
export const differentRequest = (requestId: string) =>
  conflict(`request_id ${requestId} 已用于另一个请求`, `request_id ${requestId} belongs to another request`, {
    details: { field: 'request_id' },
  })
export const otherRequest = (id: number, requestId: string) =>
  conflict(`决策 ${id} 不属于请求 ${requestId}`, `decision ${id} does not belong to request ${requestId}`, {
    details: { field: 'request_id' },
  })
