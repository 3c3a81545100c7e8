import { conflict, forbidden, invalidRequest, notFound } from '../../contract/errors.ts'

export const silenceNotFound = (id: number) => notFound(`静默 ${id} 不存在`, `there is no silence ${id}`)
export const silenceEnded = (id: number) =>
  conflict(`静默 ${id} 已经结束，请新建一个`, `silence ${id} has ended: make a new one`)
export const silenceInherited = (id: number, from: string) =>
  conflict(`静默 ${id} 由上级 ${from} 设置，请在那里修改`, `silence ${id} was made at ${from}: change it there`)
export const tooManySilences = (max: number) =>
  conflict(
    `未结束的静默已达上限 ${max} 个，请先结束一些`,
    `there are ${max} silences that have not ended: end some first`,
  )
export const silenceOfOthers = () =>
  forbidden(
    '只能静默自己的服务器：请把 scope 设为其中一台',
    'you may silence your own servers only: name one of them in scope',
  )
export const endInThePast = () =>
  invalidRequest('ends_at 已经过去，请给出将来的时间', 'ends_at has passed: name a time to come', {
    details: { issues: [{ path: 'ends_at', message: 'must be in the future and after starts_at' }] },
  })
export const noWindow = () =>
  invalidRequest(
    '在 starts_at 与 ends_at 之间没有任何维护窗口',
    'no window of the recurrence falls between starts_at and ends_at',
    { details: { issues: [{ path: 'recurrence', message: 'no window before ends_at' }] } },
  )
