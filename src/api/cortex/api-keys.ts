import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { ApiKeyCreated, ApiKeyList, ApiKeyQuery, ApiKeyRequest, ApiKeyRotation } from '../../contract/auth.ts'
import { RowId } from '../../contract/common.ts'
import { isoOrNull } from '../../lib/time.ts'
import { keyStatus } from '../../monitor/auth/key-status.ts'
import type { IssuedKey, Keys } from '../../monitor/auth/keys.service.ts'
import type { KeyOfNode } from '../../monitor/auth/keys.store.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { userOf } from '../http/authenticate.ts'
import { done, ok } from '../http/envelope.ts'
import { route } from '../http/openapi.ts'

const tag = 'auth'
const auth = { user: 'administer' } as const
const params = z.object({ api_key_id: RowId })
const create = route({
  method: 'post',
  path: '/auth/api-keys',
  tag,
  summary: '生成 API Key；只在此时可见',
  auth,
  body: ApiKeyRequest,
  response: ApiKeyCreated,
  errors: [404],
})
const list = route({
  method: 'get',
  path: '/auth/api-keys',
  tag,
  summary: 'API Key 列表',
  auth,
  query: ApiKeyQuery,
  response: ApiKeyList,
})
const rotate = route({
  method: 'post',
  path: '/auth/api-keys/{api_key_id}/rotate',
  tag,
  summary: '更换 API Key；旧的在宽限期内仍然有效',
  auth,
  params,
  body: ApiKeyRotation,
  bodyOptional: true,
  response: ApiKeyCreated,
  errors: [404],
})
const revoke = route({
  method: 'delete',
  path: '/auth/api-keys/{api_key_id}',
  tag,
  summary: '撤销 API Key',
  auth,
  params,
  errors: [404],
})

const generated = { zh: 'API Key 已生成', en: 'API key generated' }

/** The keys by which nodes speak (spec: 认证授权接口 18, 19). */
export function apiKeysSection({ keys, clock }: { keys: Keys; clock: () => number }): OpenAPIHono<ApiEnv> {
  const app = createSection()

  app.openapi(create, async (c) => {
    const { agent_id, name, expires_at } = c.req.valid('json')
    const expiresAt = expires_at ? new Date(expires_at) : null
    return ok(c, createdView(await keys.create(userOf(c), agent_id, { name, expiresAt })), generated)
  })
  app.openapi(list, async (c) => {
    const { agent_id, ...page } = c.req.valid('query')
    const { rows, total } = await keys.list({ agentId: agent_id, ...page })
    return ok(c, { total, ...page, api_keys: rows.map((row) => keyView(row, clock())) })
  })
  app.openapi(rotate, async (c) => {
    const graceMs = c.req.valid('json').grace_seconds * 1000
    return ok(c, createdView(await keys.rotate(userOf(c), c.req.valid('param').api_key_id, { graceMs })), generated)
  })
  app.openapi(revoke, async (c) => {
    await keys.revoke(userOf(c), c.req.valid('param').api_key_id)
    return done(c, { zh: 'API Key 已撤销', en: 'API key revoked' })
  })

  return app
}

function createdView(issued: IssuedKey) {
  return {
    api_key_id: issued.id,
    agent_id: issued.agentId,
    api_key: issued.key,
    name: issued.name,
    created_at: issued.createdAt.toISOString(),
    expires_at: isoOrNull(issued.expiresAt),
  }
}

function keyView(key: KeyOfNode, now: number) {
  return {
    api_key_id: key.id,
    agent_id: key.agentId,
    name: key.name,
    status: keyStatus(key, now),
    created_at: key.createdAt.toISOString(),
    expires_at: isoOrNull(key.expiresAt),
    revoked_at: isoOrNull(key.revokedAt),
  }
}
