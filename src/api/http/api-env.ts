import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { AppError } from '../../contract/errors.ts'
import type { Actor } from '../../monitor/auth/actor.ts'
import { type Language, preferredLanguage } from './language.ts'

/** What stands in the context of every request; a node without a monitor has no gate, so nobody passes as an actor. */
export interface ApiEnv {
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    clientIp: string
    gate?: Gate
    actor?: Actor
  }
}
export type ApiContext = Context<ApiEnv>

/** Who a request speaks for, and how often it may. Implemented by `createGate`. */
export interface Gate {
  /** Throws 401 when the request does not carry a valid credential of one of these kinds. */
  identify(c: ApiContext, accepted: ReadonlySet<Actor['kind']>): Actor | Promise<Actor>
  /** Throws 429 when this address has shown too many wrong credentials; else counts one and throws `error`. */
  refuse(c: ApiContext, error: AppError): Promise<never>
  /** Counts the request and sets the headers; throws 429 when there were too many. */
  limit(c: ApiContext, kind: LimitKind): Promise<void>
}

/**
 * The classes of the contracts (spec: 速率限制). v1: reports per node, queries per user, authentication per address.
 * Better Monitor: logins and registrations per address, all other calls per user, node or address.
 */
export type LimitKind = 'reports' | 'queries' | 'auth' | 'login' | 'register' | 'calls'

/** The language in which this request wants its messages. */
export function languageOf(c: ApiContext): Language {
  return preferredLanguage(c.req.header('accept-language'))
}
