import {
  conflict,
  forbidden,
  invalidRequest,
  notFound,
  serviceUnavailable,
  unauthorized,
} from '../../contract/errors.ts'

/** The same for an unknown user, a wrong password and a disabled user: nobody learns which names exist. */
export const wrongLogin = () =>
  unauthorized('用户名或密码错误', 'Wrong user name or password', {
    headers: { 'WWW-Authenticate': 'Bearer realm="cortex"' },
  })
export const wrongCurrentPassword = () =>
  forbidden('当前密码错误', 'The current password is wrong', { details: { field: 'current_password' } })
export const sessionTooOld = () =>
  unauthorized('登录已超过 12 小时，请重新登录', 'Logged in more than 12 hours ago: log in again', {
    details: { reason: 'expired' },
    headers: { 'WWW-Authenticate': 'Bearer realm="cortex", error="invalid_token"' },
  })
export const userGone = () =>
  unauthorized('用户不存在或已停用', 'The user does not exist or is disabled', { details: { reason: 'invalid' } })
export const userNotFound = () => notFound('用户不存在', 'There is no such user')
export const usernameTaken = (username: string) =>
  conflict(`用户名 ${username} 已存在`, `There is already a user ${username}`, { details: { field: 'username' } })
export const lastAdmin = () =>
  conflict('至少要保留一个可用的管理员', 'At least one active admin must remain', { details: { reason: 'last_admin' } })
export const keyNotFound = () => notFound('API Key 不存在或已撤销', 'There is no such API key, or it was revoked')
export const nodeOfKeyNotFound = (agentId: string) =>
  notFound(`节点 ${agentId} 不存在`, `There is no node ${agentId}`, { details: { field: 'agent_id' } })
export const tooManyLookups = () =>
  serviceUnavailable('请求过多，请稍后重试', 'Too many API keys wait to be looked up: try again shortly', {
    headers: { 'Retry-After': '2' },
  })
export const expiryInThePast = () =>
  invalidRequest(
    '请求参数无效：expires_at: 过期时间必须晚于现在',
    'Invalid request: expires_at: must be in the future',
    {
      details: { issues: [{ path: 'expires_at', message: 'must be in the future' }] },
    },
  )
