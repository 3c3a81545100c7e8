import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { User, UserCreate, UserList, UserPatch, UserQuery } from '../../contract/auth.ts'
import { RowId } from '../../contract/common.ts'
import type { Users } from '../../monitor/auth/users.service.ts'
import type { UserRow } from '../../monitor/auth/users.store.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { userOf } from '../http/authenticate.ts'
import { done, ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'
import { meView } from './auth.ts'

const tag = 'auth'
const auth = { user: 'administer' } as const
const params = z.object({ user_id: RowId })
const list = route({
  method: 'get',
  path: '/auth/users',
  tag,
  summary: '用户列表',
  auth,
  query: UserQuery,
  response: UserList,
})
const create = route({
  method: 'post',
  path: '/auth/users',
  tag,
  summary: '创建用户',
  auth,
  body: UserCreate,
  response: User,
  status: 201,
  errors: [409],
})
const update = route({
  method: 'patch',
  path: '/auth/users/{user_id}',
  tag,
  summary: '修改用户的密码、角色、邮箱或停用；之前的 Token 全部失效',
  auth,
  params,
  body: UserPatch,
  response: User,
  errors: [404, 409],
})
const remove = route({
  method: 'delete',
  path: '/auth/users/{user_id}',
  tag,
  summary: '删除用户',
  auth,
  params,
  errors: [404, 409],
})

/** The people of this monitor, for its admins. */
export function usersSection({ users }: { users: Users }): OpenAPIHono<ApiEnv> {
  const app = createSection()

  app.openapi(list, async (c) => {
    const page = c.req.valid('query')
    const { rows, total } = await users.list(page)
    return ok(c, { total, ...page, users: rows.map(userView) })
  })
  app.openapi(create, async (c) =>
    ok(c, userView(await users.create(userOf(c), c.req.valid('json'))), { zh: '用户已创建', en: 'User created' }, 201),
  )
  app.openapi(update, async (c) =>
    ok(c, userView(await users.update(userOf(c), c.req.valid('param').user_id, c.req.valid('json'))), {
      zh: '用户已修改',
      en: 'User changed',
    }),
  )
  app.openapi(remove, async (c) => {
    await users.remove(userOf(c), c.req.valid('param').user_id)
    return done(c, { zh: '用户已删除', en: 'User deleted' })
  })

  return app
}

function userView(user: UserRow) {
  return { ...meView(user), disabled: user.disabledAt !== null }
}
