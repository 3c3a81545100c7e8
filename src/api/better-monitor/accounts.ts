import type { OpenAPIHono } from '@hono/zod-openapi'
import { Login } from '../../contract/auth.ts'
import { AccountCreated, AccountLogin, AccountRegistration } from '../../contract/better-monitor/accounts.ts'
import { forbidden } from '../../contract/errors.ts'
import { isoOrNull } from '../../lib/time.ts'
import { can } from '../../monitor/auth/permissions.ts'
import type { Sessions } from '../../monitor/auth/sessions.service.ts'
import type { Users } from '../../monitor/auth/users.service.ts'
import type { UserRow } from '../../monitor/auth/users.store.ts'
import type { SiteSettings } from '../../monitor/settings/settings.service.ts'
import { type ApiEnv, languageOf } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { bearerToken } from '../http/gate.ts'
import { plainRoute } from '../http/openapi.ts'

const tag = 'better-monitor: auth'
const login = plainRoute({
  method: 'post',
  path: '/auth/login',
  tag,
  summary: '用户登录',
  auth: 'public',
  limit: 'login',
  body: Login,
  response: AccountLogin,
  errors: [401],
})
const register = plainRoute({
  method: 'post',
  path: '/auth/register',
  tag,
  summary: '用户注册',
  auth: 'public',
  limit: 'register',
  body: AccountRegistration,
  response: AccountCreated,
  status: 201,
  errors: [401, 403, 409],
})

/** Signing in and, where the settings allow it, signing up (spec: Better Monitor 1). */
export function accountsSection(parts: {
  sessions: Sessions
  users: Users
  settings: SiteSettings
}): OpenAPIHono<ApiEnv> {
  const { sessions, users, settings } = parts
  const app = createSection()

  app.openapi(login, async (c) => {
    const { token, user } = await sessions.login({ ...c.req.valid('json'), ip: c.get('clientIp') })
    return c.json({ token, user: accountView(user) }, 200)
  })
  app.openapi(register, async (c) => {
    const token = bearerToken(c)
    const session = token === null ? null : await sessions.authenticate(token)
    const admin = session?.ok && can(session.actor, 'administer') ? session.actor : null
    if (!admin && !(await settings.read()).allow_registration) {
      throw forbidden('未开放注册，请联系管理员', 'registration is closed: ask an administrator')
    }
    const { role, ...account } = c.req.valid('json')
    const user = await users.create(admin ?? { kind: 'system', name: 'registration' }, {
      ...account,
      role: admin ? (role ?? 'user') : 'user',
    })
    const message = languageOf(c) === 'zh' ? '注册成功' : 'registered'
    return c.json({ message, user: accountView(user) }, 201)
  })

  return app
}

function accountView(user: UserRow) {
  return { id: user.id, username: user.username, role: user.role, last_login_at: isoOrNull(user.lastLoginAt) }
}
