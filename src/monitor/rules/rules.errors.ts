import { conflict, forbidden, invalidRequest, notFound, type PublicText } from '../../contract/errors.ts'

export const ruleNotFound = (id: number) => notFound(`告警规则 ${id} 不存在`, `there is no alert rule ${id}`)
export const noSuchServer = (id: number) =>
  invalidRequest(`server_id：服务器 ${id} 不存在`, `server_id: there is no server ${id}`, {
    details: { issues: [{ path: 'server_id', message: 'no such server' }] },
  })
export const wrongTerms = (field: string, { zh, en }: PublicText) =>
  invalidRequest(zh, en, { details: { issues: [{ path: field, message: en }] } })
export const onlyOwnServers = () =>
  forbidden(
    '只能为自己的服务器设置规则，请给出 server_id',
    'you may make and change rules for your own servers only: give server_id',
  )
export const inheritedRule = (madeAt: string) =>
  conflict(
    `此规则由上级节点 ${madeAt} 下发，请在该节点修改`,
    `this rule was made at ${madeAt}: change it there, it is handed down by itself`,
  )
export const tooManyRules = (max: number) =>
  conflict(`告警规则数量已达上限 ${max}`, `there are ${max} alert rules, which is the limit: delete some`)
