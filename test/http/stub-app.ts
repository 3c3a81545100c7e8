import { randomUUID } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import type { Gate } from '../../src/api/http/api-env.ts'
import { createApiApp, createSection } from '../../src/api/http/app.ts'
import { ok } from '../../src/api/http/envelope.ts'
import { serveDocsPage } from '../../src/api/http/docs-page.ts'
import { route } from '../../src/api/http/openapi.ts'
import { serveDocument } from '../../src/api/http/openapi-document.ts'
import { JsonObject } from '../../src/contract/common.ts'
import { trustedProxies } from '../../src/api/http/client-ip.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { httpClient, serveApp } from '../support/http.ts'

const tag = 'test'
const Echo = z.object({ name: z.string().max(20), size: z.number().default(1), details: JsonObject.optional() })
const echo = route({
  method: 'post',
  path: '/echo/{id}',
  tag,
  summary: 'says what it got',
  auth: 'public',
  params: z.object({ id: z.coerce.number().int().min(1) }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(50) }),
  body: Echo,
  maxBodyBytes: 2_000,
  response: z.object({ id: z.number(), limit: z.number(), body: Echo }),
})
const optional = route({
  method: 'post',
  path: '/optional',
  tag,
  summary: 'needs no body',
  auth: 'public',
  body: z.object({ size: z.number().default(7) }),
  bodyOptional: true,
  response: z.object({ size: z.number() }),
  status: 202,
})
const failing = route({
  method: 'get',
  path: '/failing',
  tag,
  summary: 'fails',
  auth: 'public',
  response: z.object({ ip: z.string() }),
})
const address = route({
  method: 'get',
  path: '/address',
  tag,
  summary: 'where from',
  auth: 'public',
  response: z.object({ ip: z.string() }),
})

/** An app with the doors' common part and routes that show what comes through, on a real server. */
export async function startStubApp() {
  const lines: string[] = []
  const requests: Array<{ method: string; route: string; status: number }> = []
  const state: { failure: Error } = { failure: new Error('no failure was chosen') }
  const gate: Gate = {
    identify: () => Promise.reject(new Error('nobody is asked who it is')),
    refuse: (_c, error) => Promise.reject(error),
    limit: () => Promise.resolve(),
  }
  const app = createApiApp({
    gate,
    logger: createLogger({ level: 'debug', write: (line) => lines.push(line) }),
    metrics: { observe: ({ method, route: pattern, status }) => requests.push({ method, route: pattern, status }) },
    newRequestId: randomUUID,
    isTrustedProxy: trustedProxies(['127.0.0.1']),
  })
  const section = createSection()
  section.openapi(echo, (c) => ok(c, { ...c.req.valid('param'), ...c.req.valid('query'), body: c.req.valid('json') }))
  section.openapi(optional, (c) => ok(c, c.req.valid('json'), { zh: '已接受', en: 'Accepted' }, 202))
  section.openapi(failing, () => {
    throw state.failure
  })
  section.openapi(address, (c) => ok(c, { ip: c.get('clientIp') }))
  app.route('/api/v1', section)
  serveDocument(app, { path: '/api/v1/openapi.json', title: 'Cortex', version: '1.0.0' })
  serveDocsPage(app, { path: '/api/v1/docs', documentPath: '/api/v1/openapi.json', title: 'Cortex API' })
  const server = await serveApp(app)
  return { ...server, app, lines, requests, state, client: httpClient(`${server.url}/api/v1`) }
}
export type StubApp = Awaited<ReturnType<typeof startStubApp>>
