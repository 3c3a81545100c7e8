import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect } from 'vitest'
import { z } from 'zod'
import type { HttpAnswer, HttpClient } from './http.ts'

const Media = z.looseObject({ schema: z.record(z.string(), z.unknown()) })
const Operation = z.looseObject({
  responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), Media) })),
})
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) })

/** An operation of the document, as `POST /api/v1/alerts/{alert_id}/ack`. */
export interface DocumentedOperation {
  method: string
  path: string
  statuses: string[]
}

/** The OpenAPI document of a node, to hold its answers to. */
export interface Contract {
  operations: DocumentedOperation[]
  /** Fails when the document does not have this path, method and status in this shape, or a header of every answer is missing. */
  check(method: string, url: string, answer: HttpAnswer): void
}

/** Reads the document that the node serves of itself; `client` stands at `/api/v1`. */
export async function fetchContract(client: HttpClient): Promise<Contract> {
  return readContract((await client.get('/openapi.json')).body)
}

/** The same client, every answer of which must be as documented. `base` is the path at which the client stands. */
export function checkedClient(client: HttpClient, contract: Contract, base = '/api/v1'): HttpClient {
  const checked =
    (method: string, send: (path: string, body?: unknown) => Promise<HttpAnswer>) =>
    async (path: string, body?: unknown): Promise<HttpAnswer> => {
      const answer = await send(path, body)
      contract.check(method, base + path, answer)
      return answer
    }
  return {
    get: checked('get', client.get),
    post: checked('post', client.post),
    put: checked('put', client.put),
    patch: checked('patch', client.patch),
    delete: checked('delete', client.delete),
    with: (headers) => checkedClient(client.with(headers), contract, base),
    withToken: (token) => checkedClient(client.withToken(token), contract, base),
    withKey: (key) => checkedClient(client.withKey(key), contract, base),
  }
}

/** Compiles the schemas of a document when they are first needed. */
function readContract(body: unknown): Contract {
  const { paths } = Document.parse(body)
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(closed(body) as object, 'openapi')
  const compiled = new Map<string, ValidateFunction>()
  const routes = Object.keys(paths).map((path) => ({ path, pattern: patternOf(path) }))

  function validator(path: string, method: string, status: string): ValidateFunction {
    const at = ['paths', path, method, 'responses', status, 'content', 'application/json', 'schema']
    const pointer = at.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#/${pointer}` })
    compiled.set(pointer, known)
    return known
  }

  return {
    operations: Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => ({ method, path, statuses: Object.keys(responses) })),
    ),
    check(method, url, answer) {
      const asked = `${method.toUpperCase()} ${url} → ${answer.status}`
      const path = decodeURI(url).split('?')[0] ?? ''
      // A path without parameters goes before one that would take its last part for a parameter.
      const found = routes
        .filter((route) => route.pattern.test(path))
        .toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)
        .find((route) => paths[route.path]?.[method])
      const operation = found && paths[found.path]?.[method]
      if (!found || !operation) expect.fail(`${asked}: no such operation in the document`)
      const status = String(answer.status)
      if (!operation.responses[status]?.content['application/json']) {
        expect.fail(
          `${asked}: not among the documented ${Object.keys(operation.responses).join(', ')}\n${textOf(answer)}`,
        )
      }
      if (answer.headers.get('content-type') !== 'application/json') expect.fail(`${asked}: not application/json`)
      // Rulings: the state of the limit is on every answer.
      for (const name of ['limit', 'remaining', 'reset']) {
        if (!answer.headers.has(`x-ratelimit-${name}`)) expect.fail(`${asked}: no header X-RateLimit-${name}`)
      }
      const validate = validator(found.path, method, status)
      if (!validate(answer.body)) {
        expect.fail(`${asked}: ${ajv.errorsText(validate.errors, { separator: '\n' })}\n${textOf(answer)}`)
      }
    },
  }
}

const textOf = (answer: HttpAnswer): string => JSON.stringify(answer.body).slice(0, 2000)

function patternOf(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^/]+')}$`)
}

/** The document with its objects closed, so that a field which it does not name is found too; what it leaves open stays open. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]))
  const isOpen = !('properties' in value) || 'additionalProperties' in value
  return 'type' in value && value.type === 'object' && !isOpen ? { ...copy, additionalProperties: false } : copy
}
