import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { z } from 'zod'
import { rateLimited } from '../../contract/errors.ts'
import type { Admission } from './admission.ts'
import type { ApiContext, LimitKind } from './api-env.ts'
import { gateOf } from './authenticate.ts'
import { setDefaultHeader } from './response-header.ts'

/** How many requests a fixed window lets through (spec: 速率限制). */
export interface RateLimitSettings {
  reports_per_minute: number
  queries_per_minute: number
  auth_per_minute: number
  login_per_minute: number
  register_per_minute: number
  calls_per_second: number
}

/** `failures` are wrong keys and tokens of one address; generous, because many nodes may share an address. */
type Kind = LimitKind | 'failures'
const kinds = ['reports', 'queries', 'auth', 'login', 'register', 'calls', 'failures'] as const satisfies Kind[]

/** So many requests of a subject in one class. */
export const Used = z.object({
  kind: z.enum(kinds),
  subject: z.string().max(256),
  points: z.number().int().min(1).max(1_000_000),
})
export type Used = z.infer<typeof Used>
const windowS = 60
const failuresPerAuth = 10

export interface RateLimits {
  /** What a subject has used up in another process of this monitor counts here too. */
  countElsewhere(used: Used): Promise<void>
  /** Counts one request of `subject`, sets the headers of the answer; throws 429 when it was one too many. */
  consume(c: ApiContext, kind: Kind, subject: string): Promise<void>
  /** Throws 429 when `subject` has used up its window; counts nothing. */
  check(c: ApiContext, kind: Kind, subject: string): Promise<void>
}

/**
 * Counts requests in memory: one window per class and subject, forgotten when it ends. `onUsed` is told of each, for the other
 * processes of this monitor.
 */
export function createRateLimits(settings: RateLimitSettings, onUsed?: (used: Used) => void): RateLimits {
  const window = (points: number, duration = windowS) => new RateLimiterMemory({ points, duration })
  const limiters: Record<Kind, RateLimiterMemory> = {
    reports: window(settings.reports_per_minute),
    queries: window(settings.queries_per_minute),
    auth: window(settings.auth_per_minute),
    login: window(settings.login_per_minute),
    register: window(settings.register_per_minute),
    calls: window(settings.calls_per_second, 1),
    failures: window(settings.auth_per_minute * failuresPerAuth),
  }
  return {
    async countElsewhere({ kind, subject, points }) {
      await limiters[kind].penalty(subject, points)
    },
    async consume(c, kind, subject) {
      onUsed?.({ kind, subject, points: 1 })
      const state = await limiters[kind].consume(subject).catch((spent: unknown) => {
        if (spent instanceof RateLimiterRes) return spent
        throw spent
      })
      showState(c, limiters[kind].points, state)
      if (state.consumedPoints > limiters[kind].points) throw tooMany(state)
    },
    async check(c, kind, subject) {
      const state = await limiters[kind].get(subject)
      if (!state || state.consumedPoints <= limiters[kind].points) return
      showState(c, limiters[kind].points, state)
      throw tooMany(state)
    },
  }
}

/** Counts each request of a route in its class, which may depend on who asks. */
export function rateLimit(kind: LimitKind | ((c: ApiContext) => LimitKind)): Admission {
  return (c) => gateOf(c).limit(c, typeof kind === 'function' ? kind(c) : kind)
}

/** An address as a subject: an IPv6 customer holds a whole /64, so that counts as one. */
export function addressSubject(ip: string): string {
  if (!ip.includes(':') || ip.includes('.')) return ip
  const [head = '', tail = ''] = ip.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const zeros = ip.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : []
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}

function showState(c: ApiContext, limit: number, state: RateLimiterRes): void {
  setDefaultHeader(c, 'X-RateLimit-Limit', String(limit))
  setDefaultHeader(c, 'X-RateLimit-Remaining', String(Math.max(0, limit - state.consumedPoints)))
  setDefaultHeader(c, 'X-RateLimit-Reset', String(Math.ceil((Date.now() + state.msBeforeNext) / 1000)))
}

function tooMany(state: RateLimiterRes) {
  const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000))
  return rateLimited(`请求过于频繁，请在 ${seconds} 秒后重试`, `Too many requests: try again in ${seconds} s`, {
    details: { retry_after_s: seconds },
    headers: { 'Retry-After': String(seconds) },
  })
}
