import type { OpenAPIHono } from '@hono/zod-openapi'
import { Login, LoginResult, Me, PasswordChange, Token, WsTicket } from '../../contract/auth.ts'
import { unauthorized } from '../../contract/errors.ts'
import { isoOrNull } from '../../lib/time.ts'
import type { IssuedToken, Sessions } from '../../monitor/auth/sessions.service.ts'
import type { Tickets } from '../../monitor/auth/tickets.ts'
import type { UserRow } from '../../monitor/auth/users.store.ts'
import type { Users } from '../../monitor/auth/users.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { userOf } from '../http/authenticate.ts'
import { ok } from '../http/envelope.ts'
import { bearerToken } from '../http/gate.ts'
import { route } from '../http/openapi.ts'

const tag = 'auth'
const login = route({
  method: 'post',
  path: '/auth/login',
  tag,
  summary: '用户登录',
  auth: 'public',
  limit: 'auth',
  body: Login,
  response: LoginResult,
  errors: [401],
})
const refresh = route({
  method: 'post',
  path: '/auth/refresh',
  tag,
  summary: '刷新 Token',
  auth: { user: 'read' },
  limit: 'auth',
  response: Token,
})
const me = route({ method: 'get', path: '/auth/me', tag, summary: '当前用户', auth: { user: 'read' }, response: Me })
const changePassword = route({
  method: 'post',
  path: '/auth/password',
  tag,
  summary: '修改自己的密码；之前的 Token 全部失效',
  auth: { user: 'read' },
  limit: 'auth',
  body: PasswordChange,
  response: Token,
})
const endSessions = route({
  method: 'post',
  path: '/auth/end-sessions',
  tag,
  summary: '让自己的所有登录失效，返回此处继续使用的新 Token',
  auth: { user: 'read' },
  limit: 'auth',
  response: Token,
})
const wsTicket = route({
  method: 'post',
  path: '/auth/ws-ticket',
  tag,
  summary: '获取一次性的 WebSocket 票据',
  auth: { user: 'read' },
  response: WsTicket,
})

/** Logging in and one's own account (spec: 认证授权接口 15–17). */
export function authSection(parts: { sessions: Sessions; users: Users; tickets: Tickets }): OpenAPIHono<ApiEnv> {
  const { sessions, users, tickets } = parts
  const app = createSection()

  app.openapi(login, async (c) => {
    const { user, ...issued } = await sessions.login({ ...c.req.valid('json'), ip: c.get('clientIp') })
    const { username, email, role, passwordIsFirst: password_is_first } = user
    return ok(
      c,
      { ...tokenView(issued), user: { username, email, role, password_is_first } },
      { zh: '登录成功', en: 'Logged in' },
    )
  })

  app.openapi(refresh, async (c) => {
    const token = bearerToken(c)
    if (token === null) throw unauthorized('未登录', 'Not logged in')
    return ok(c, tokenView(await sessions.refresh(token)), { zh: 'Token 已刷新', en: 'Token refreshed' })
  })

  app.openapi(me, async (c) => ok(c, meView(await users.get(userOf(c).userId))))

  app.openapi(changePassword, async (c) => {
    const { current_password, new_password } = c.req.valid('json')
    const user = await users.changeOwnPassword(userOf(c), { current: current_password, next: new_password })
    return ok(c, tokenView(await sessions.issueFor(user)), { zh: '密码已修改', en: 'Password changed' })
  })

  app.openapi(endSessions, async (c) => {
    const user = await users.endOwnSessions(userOf(c))
    return ok(c, tokenView(await sessions.issueFor(user)), { zh: '其他登录已全部失效', en: 'Signed out elsewhere' })
  })

  app.openapi(wsTicket, async (c) => {
    const { ticket, expiresInS } = await tickets.issue(userOf(c))
    return ok(c, { ticket, expires_in: expiresInS })
  })

  return app
}

function tokenView({ token, expiresInS }: IssuedToken) {
  return { access_token: token, token_type: 'bearer' as const, expires_in: expiresInS }
}

/** A user as the API shows it. */
export function meView(user: UserRow) {
  return {
    user_id: user.id,
    username: user.username,
    email: user.email,
    role: user.role,
    created_at: user.createdAt.toISOString(),
    last_login: isoOrNull(user.lastLoginAt),
  }
}
