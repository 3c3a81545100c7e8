import { conflict, forbidden, notFound } from '../../contract/errors.ts'

export const rolloutNotFound = (id: number) => notFound(`升级任务 ${id} 不存在`, `there is no rollout ${id}`)
export const serversBusy = (serverIds: readonly number[]) =>
  conflict(
    `服务器 ${serverIds.join('、')} 正在另一升级任务中；请等待其结束或先取消`,
    `servers ${serverIds.join(', ')} are in another rollout: wait for its end, or cancel it first`,
    { details: { server_ids: serverIds } },
  )
export const rolloutOver = (id: number, status: string) =>
  conflict(`升级任务 ${id} 已结束`, `rollout ${id} is over: ${status}`, { details: { rollout_id: id, status } })
export const serversOfOthers = () =>
  forbidden('该升级任务包含他人的服务器', 'servers of others are in this rollout: only an operator may cancel it')
