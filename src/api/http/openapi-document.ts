import { createHash } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from './api-env.ts'

/**
 * Serves the document of all routes mounted so far at `path`, made when it is first asked for, from the schemas that
 * validate. Call it after the last section was mounted.
 */
export function serveDocument(
  app: OpenAPIHono<ApiEnv>,
  {
    path,
    title,
    version,
    sockets = '',
  }: {
    path: string
    title: string
    version: string
    /** What is said of the sockets, as Markdown. */
    sockets?: string
  },
): void {
  const { openAPIRegistry } = app
  openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  })
  openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'apiKey', in: 'header', name: 'X-API-Key' })
  let made: { text: string; etag: string } | undefined

  app.get(path, (c) => {
    made ??= document()
    c.header('ETag', made.etag)
    c.header('Cache-Control', 'no-cache')
    if (c.req.header('if-none-match') === made.etag) return c.body(null, 304)
    return c.body(made.text, 200, { 'Content-Type': 'application/json' })
  })

  function document() {
    const info = { title, version, description: `错误与消息为中文；Accept-Language: en 返回英文。\n${sockets}` }
    const text = JSON.stringify(app.getOpenAPI31Document({ openapi: '3.1.0', info, servers: [{ url: '/' }] }))
    return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` }
  }
}
