import { conflict, notFound } from '../../contract/errors.ts'

export const alertNotFound = (id: number) => notFound(`告警 ${id} 不存在`, `there is no alert ${id}`)
export const alreadyAcknowledged = (id: number, by: string | null) =>
  conflict(`告警 ${id} 已由 ${by ?? '他人'} 确认`, `alert ${id} was already acknowledged by ${by ?? 'somebody'}`)
export const alreadyResolved = (id: number, by: string | null) =>
  conflict(`告警 ${id} 已由 ${by ?? '他人'} 关闭`, `alert ${id} was already resolved by ${by ?? 'somebody'}`)
