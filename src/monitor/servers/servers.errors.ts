import { conflict, forbidden, invalidRequest, notFound } from '../../contract/errors.ts'

export const serverNotFound = (id: number) => notFound(`服务器 ${id} 不存在`, `there is no server ${id}`)
export const tooManyServers = (max: number) =>
  conflict(
    `服务器数量已达上限 ${max}，请在系统设置中调整 max_servers`,
    `there are ${max} servers already, which is the limit: raise max_servers in the settings`,
  )
export const notYourServer = (id: number) =>
  forbidden(`此密钥不属于服务器 ${id}`, `this key does not belong to server ${id}`)
export const onlyAdminsAssign = () =>
  forbidden('只有管理员可以更改服务器的归属', 'only an administrator may change who owns a server')
export const noSuchOwner = (userId: number) =>
  invalidRequest(`user_id：用户 ${userId} 不存在`, `user_id: there is no user ${userId}`, {
    details: { issues: [{ path: 'user_id', message: 'no such user' }] },
  })
