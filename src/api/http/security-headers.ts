import type { Context, Env } from 'hono'

const defaults: ReadonlyArray<[string, string]> = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cache-Control', 'no-store'],
]

/** Headers against misuse by a browser, on every answer that does not set its own. No origin is allowed but our own. */
export function setSecurityHeaders<E extends Env>(c: Context<E>): void {
  for (const [name, value] of defaults) if (!c.res.headers.has(name)) c.res.headers.set(name, value)
}
