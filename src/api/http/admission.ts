import type { MiddlewareHandler } from 'hono'
import type { ApiContext, ApiEnv } from './api-env.ts'

/** One thing that must hold before a handler is asked. Throws the answer when it does not. */
export type Admission = (c: ApiContext) => void | Promise<void>

/** Asks one after the other. One middleware for all of them: each further one costs a request as much as its own work does. */
export function admit(...admissions: readonly Admission[]): MiddlewareHandler<ApiEnv> {
  return async function admission(c, next) {
    for (const admits of admissions) {
      const waiting = admits(c)
      if (waiting) await waiting
    }
    await next()
  }
}
