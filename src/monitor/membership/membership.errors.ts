import { conflict, forbidden, notFound, unauthorized } from '../../contract/errors.ts'

export const wrongToken = () => unauthorized('注册令牌无效', 'the registration token is wrong')
export const nodeNotFound = (agentId: string) => notFound(`节点 ${agentId} 不存在`, `there is no node ${agentId}`)
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
    `节点 ${agentId} 已被管理员删除；需重新加入时，请由管理员为它生成新的 API Key`,
    `node ${agentId} was deleted by an administrator, who can let it back in by making a new API key for it`,
    { details: { reason: 'deleted' } },
  )
export const selfNotDeletable = () => conflict('不能删除监控节点自身', 'a monitor cannot delete itself')
