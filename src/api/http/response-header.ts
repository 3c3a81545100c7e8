import type { ApiContext } from './api-env.ts'

/**
 * Sets a header that the answer has unless its handler sets the same one. It goes straight to the server's own response
 * where there is one: each header on a fetch `Response` costs as much as the whole routing of a request.
 */
export function setDefaultHeader(c: ApiContext, name: string, value: string): void {
  const outgoing = c.env?.outgoing
  if (outgoing && !outgoing.headersSent) outgoing.setHeader(name, value)
  else c.header(name, value)
}
