import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { expect } from 'vitest'
import { z } from 'zod'

/** An answer of the API with its body read. */
export interface HttpAnswer {
  status: number
  headers: Headers
  body: unknown
}

/** Sends requests to one address with the same headers. Objects are sent as JSON, strings as they are. */
export interface HttpClient {
  get(path: string): Promise<HttpAnswer>
  post(path: string, body?: unknown): Promise<HttpAnswer>
  put(path: string, body?: unknown): Promise<HttpAnswer>
  patch(path: string, body?: unknown): Promise<HttpAnswer>
  delete(path: string): Promise<HttpAnswer>
  /** The same client with more headers; one that is empty is left out. */
  with(headers: Record<string, string>): HttpClient
  withToken(token: string): HttpClient
  withKey(key: string): HttpClient
}

/** A client of `baseUrl`, for example `http://127.0.0.1:3333/api/v1`. */
export function httpClient(baseUrl: string, headers: Record<string, string> = {}): HttpClient {
  async function send(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    const sent = Object.entries({ ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers })
    const response = await fetch(baseUrl + path, {
      method,
      headers: sent.filter(([, value]) => value !== ''),
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  const withMore = (more: Record<string, string>) => httpClient(baseUrl, { ...headers, ...more })
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path),
    with: withMore,
    withToken: (token) => withMore({ Authorization: `Bearer ${token}` }),
    withKey: (key) => withMore({ 'X-API-Key': key }),
  }
}

/** Logs in and gives a client that carries the token. */
export async function login(client: HttpClient, username: string, password: string): Promise<HttpClient> {
  const data = expectData(await client.post('/auth/login', { username, password }))
  return client.withToken(z.object({ access_token: z.string() }).parse(data).access_token)
}

const Success = z.strictObject({
  success: z.literal(true),
  data: z.record(z.string(), z.unknown()).optional(),
  message: z.string().optional(),
  timestamp: z.iso.datetime(),
})
const Failure = z.strictObject({
  success: z.literal(false),
  error: z.strictObject({ code: z.string(), message: z.string().min(1), details: z.record(z.string(), z.unknown()) }),
  timestamp: z.iso.datetime(),
})

/** The data of a successful v1 answer. */
export function expectData(answer: HttpAnswer, status = 200): Record<string, unknown> {
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status })
  return Success.parse(answer.body).data ?? {}
}

/** The error of a v1 answer, which must have exactly the documented shape. */
export function expectError(answer: HttpAnswer, status: number, code: string): z.infer<typeof Failure>['error'] {
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status })
  expect(answer.headers.get('content-type')).toBe('application/json')
  const { error } = Failure.parse(answer.body)
  expect(error.code).toBe(code)
  return error
}

/** Serves an app on a free port of the loopback until `close`. */
export async function serveApp(app: { fetch: (request: Request, env: never) => Response | Promise<Response> }) {
  const server: ServerType = serve({
    fetch: app.fetch as Parameters<typeof serve>[0]['fetch'],
    port: 0,
    hostname: '127.0.0.1',
  })
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve))
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}
