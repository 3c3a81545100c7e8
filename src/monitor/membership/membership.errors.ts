import { conflict, forbidden, unauthorized } from '../../contract/errors.ts'

export const wrongToken = () => unauthorized('注册令牌无效', 'the registration token is wrong')
export const nodeIdTaken = (agentId: string) =>
  conflict(
    `节点 ID ${agentId} 已被另一台机器使用，请在该机器上换一个 node.id`,
    `agent_id ${agentId} belongs to another machine: give this one another node.id`,
    { details: { field: 'agent_id', reason: 'agent_id_taken' } },
  )
export const ownAncestor = (agentId: string) =>
  conflict(`节点 ${agentId} 不能成为自己的上级`, `node ${agentId} would become its own ancestor`, {
    details: { field: 'agent_id', reason: 'loop' },
  })
export const wasDeleted = (agentId: string) =>
  forbidden(
    `节点 ${agentId} 已被管理员删除；需重新加入时，请清空该机器的数据目录后再加入，或换一个 node.id`,
    `node ${agentId} was deleted by an administrator: to let this machine in again, join with an empty data_dir or another node.id`,
    { details: { reason: 'deleted' } },
  )
export const selfNotDeletable = () => conflict('不能删除监控节点自身', 'a monitor cannot delete itself')
