import { AppError, unauthorized } from '../../contract/errors.ts'
import type { Actor, NodeActor, UserActor } from '../../monitor/auth/actor.ts'
import type { ApiContext, Gate, LimitKind } from './api-env.ts'
import { type RateLimits, addressSubject } from './rate-limit.ts'

/** How the monitor knows a node by its key. */
export interface KeyCheck {
  /** The node, when its key was seen a moment ago; `null` when that must be looked up. */
  cached(key: string): NodeActor | null
  authenticate(key: string): Promise<NodeActor | null>
}
/** How the monitor knows a user by a token. */
export interface TokenCheck {
  authenticate(token: string): Promise<{ ok: true; actor: UserActor } | { ok: false; reason: 'expired' | 'invalid' }>
}

/** Checks credentials and rates for every route. Wrong credentials are counted per address, so that guessing is bounded. */
export function createGate(parts: { keys: KeyCheck; tokens: TokenCheck; limits: RateLimits }): Gate {
  const { keys, tokens, limits } = parts

  async function refuse(c: ApiContext, error: AppError): Promise<never> {
    await limits.consume(c, 'failures', addressSubject(c.get('clientIp')))
    throw error
  }

  /** A caller that nobody could look up, because the database is away, is one of its address. */
  async function unknown(c: ApiContext, error: unknown): Promise<never> {
    if (!(error instanceof AppError)) await limits.consume(c, 'queries', addressSubject(c.get('clientIp')))
    throw error
  }

  async function nodeOfKey(c: ApiContext, key: string): Promise<NodeActor> {
    // Before the lookup: a flood of wrong keys must not become a flood of queries.
    await limits.check(c, 'failures', addressSubject(c.get('clientIp')))
    return (await keys.authenticate(key)) ?? refuse(c, invalidKey())
  }

  async function userOfToken(c: ApiContext, token: string): Promise<UserActor> {
    const result = await tokens.authenticate(token)
    if (result.ok) return result.actor
    return refuse(c, result.reason === 'expired' ? expiredToken() : invalidToken())
  }

  return {
    identify(c, accepted) {
      const token = accepted.has('user') ? bearerToken(c) : null
      if (token !== null) return userOfToken(c, token).catch((error: unknown) => unknown(c, error))
      const key = accepted.has('node') ? apiKey(c) : null
      if (key !== null) return keys.cached(key) ?? nodeOfKey(c, key).catch((error: unknown) => unknown(c, error))
      return limits.consume(c, 'queries', addressSubject(c.get('clientIp'))).then(() => {
        throw missingCredential(accepted)
      })
    },
    async refuse(c, error) {
      await limits.check(c, 'failures', addressSubject(c.get('clientIp')))
      return await refuse(c, error)
    },
    limit: (c, kind) => limits.consume(c, kind, byAddress.has(kind) ? addressSubject(c.get('clientIp')) : subjectOf(c)),
  }
}

/** Who is not known yet is counted by where it comes from. */
const byAddress: ReadonlySet<LimitKind> = new Set(['auth', 'login', 'register'] as const)

function subjectOf(c: ApiContext): string {
  const actor = c.get('actor')
  if (actor?.kind === 'user') return `user:${actor.userId}`
  if (actor?.kind === 'node') return `node:${actor.nodeId}`
  return addressSubject(c.get('clientIp'))
}

/** The token of `Authorization: Bearer`. */
export function bearerToken(c: ApiContext): string | null {
  return /^bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null
}

/** Better Monitor calls the same key `X-Secret-Key`. */
function apiKey(c: ApiContext): string | null {
  return c.req.header('x-api-key') || c.req.header('x-secret-key') || null
}

const bearerChallenge = 'Bearer realm="cortex"'
const keyChallenge = 'ApiKey realm="cortex"'

function missingCredential(accepted: ReadonlySet<Actor['kind']>): AppError {
  if (!accepted.has('user')) {
    return unauthorized('缺少 API Key', 'An API key is missing (X-API-Key)', {
      details: { reason: 'missing' },
      headers: { 'WWW-Authenticate': keyChallenge },
    })
  }
  return unauthorized('未登录：缺少 Token', 'Not logged in: a token is missing (Authorization: Bearer)', {
    details: { reason: 'missing' },
    headers: { 'WWW-Authenticate': accepted.has('node') ? `${bearerChallenge}, ${keyChallenge}` : bearerChallenge },
  })
}
function invalidKey(): AppError {
  return unauthorized('API Key 无效或已撤销', 'The API key is not valid or was revoked', {
    details: { reason: 'invalid' },
    headers: { 'WWW-Authenticate': keyChallenge },
  })
}
export function invalidToken(): AppError {
  return unauthorized('Token 无效', 'The token is not valid', {
    details: { reason: 'invalid' },
    headers: { 'WWW-Authenticate': `${bearerChallenge}, error="invalid_token"` },
  })
}
export function expiredToken(): AppError {
  return unauthorized('Token 已过期，请重新登录', 'The token has expired: log in again', {
    details: { reason: 'expired' },
    headers: { 'WWW-Authenticate': `${bearerChallenge}, error="invalid_token", error_description="expired"` },
  })
}
export function invalidTicket(): AppError {
  return unauthorized('票据无效、已过期或已使用', 'The ticket is not valid, too old, or was used', {
    details: { reason: 'invalid' },
  })
}
