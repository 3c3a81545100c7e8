import { notFound } from '../../contract/errors.ts'

export const nodeNotFound = (agentId: string) => notFound(`节点 ${agentId} 不存在`, `there is no node ${agentId}`)
