import type { ApiContext } from './api-env.ts'
import { setDefaultHeader } from './response-header.ts'

const defaults: ReadonlyArray<[string, string]> = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cache-Control', 'no-store'],
]

/** Headers against misuse by a browser, on every answer that does not set its own. No origin is allowed but our own. */
export function setSecurityHeaders(c: ApiContext): void {
  for (const [name, value] of defaults) setDefaultHeader(c, name, value)
}
