import { createRoute, z } from '@hono/zod-openapi'
import type { Permission } from '../../monitor/auth/permissions.ts'
import { type Admission, admit } from './admission.ts'
import type { ApiContext, LimitKind } from './api-env.ts'
import { requireAny, requireNode, requireUser } from './authenticate.ts'
import type { Answer, Done, SuccessStatus } from './envelope.ts'
import { type BodyLimit, defaultMaxBodyBytes, jsonBody } from './json-body.ts'
import { rateLimit } from './rate-limit.ts'

/** Who may call a route: everybody, a node with its key, a user with this permission, or either of both. */
export type Access = 'public' | 'node' | { user: Permission } | { any: Permission }

type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504
type Schema = z.ZodType | undefined
type Fields = z.ZodObject | undefined

interface Declaration<Path extends string, Params, Query, Body, Data, Status, Optional> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  path: Path
  tag: string
  summary: string
  auth: Access
  /** Default: that of the surface. */
  limit?: LimitKind | ((c: ApiContext) => LimitKind)
  params?: Params
  query?: Query
  body?: Body
  /** The body may be left out; then it reads as `{}`. */
  bodyOptional?: Optional
  /** Default 1 MiB. */
  maxBodyBytes?: BodyLimit
  /** The data of the answer; without it the answer is only that it was done. */
  response?: Data
  /** Default 200. */
  status?: Status
  /** Errors beyond those that follow from access, input and limit. */
  errors?: ErrorStatus[]
}

type BodyOf<Body> = Body extends z.ZodType
  ? { content: { 'application/json': { schema: Body } }; required: boolean }
  : undefined
type AnswerOf<Data> = Data extends z.ZodType ? Answer<z.output<Data>> : Done

const ErrorAnswer = z
  .object({
    success: z.literal(false),
    error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
    timestamp: z.iso.datetime(),
  })
  .openapi('Error')

/** An error of Better Monitor (spec: 错误处理); `details` is our addition, where there is more to say. */
const PlainError = z
  .object({
    error: z.string(),
    code: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
    timestamp: z.iso.datetime(),
  })
  .openapi('PlainError')

/** One of the two APIs: how its answers and errors look, and which limit its routes have by default. */
interface Surface {
  answer(data: Schema): z.ZodType
  error: z.ZodType
  limit: LimitKind
}

const v1: Surface = { answer: envelopeOf, error: ErrorAnswer, limit: 'queries' }
const betterMonitor: Surface = { answer: (data) => data ?? z.object({}), error: PlainError, limit: 'calls' }

/**
 * A documented route of v1 in one declaration: access, limit and validation happen before the handler, the answer is
 * typed and documented inside the v1 envelope, and the errors that can come are listed.
 */
export function route<
  Path extends string,
  Params extends Fields = undefined,
  Query extends Fields = undefined,
  Body extends Schema = undefined,
  Data extends Schema = undefined,
  Status extends SuccessStatus = 200,
>(declared: Declaration<Path, Params, Query, Body, Data, Status, boolean>) {
  return declare<Path, Params, Query, Body, Status, AnswerOf<Data>>(v1, declared)
}

/** The same for Better Monitor, whose answers have no envelope: `response` is the whole body. */
export function plainRoute<
  Path extends string,
  Params extends Fields = undefined,
  Query extends Fields = undefined,
  Body extends Schema = undefined,
  Data extends z.ZodType = z.ZodType,
  Status extends SuccessStatus = 200,
>(declared: Declaration<Path, Params, Query, Body, Data, Status, boolean>) {
  return declare<Path, Params, Query, Body, Status, z.output<Data>>(betterMonitor, declared)
}

function declare<
  Path extends string,
  Params extends Fields,
  Query extends Fields,
  Body extends Schema,
  Status extends SuccessStatus,
  Answered,
>(surface: Surface, declared: Declaration<Path, Params, Query, Body, Schema, Status, boolean>) {
  const { auth, body, method, params, path, query, response, summary, tag } = declared
  const status = declared.status ?? 200
  const admissions = [...accessTo(auth), rateLimit(declared.limit ?? surface.limit)]
  if (body) {
    admissions.push(
      jsonBody({ maxBytes: declared.maxBodyBytes ?? defaultMaxBodyBytes, optional: declared.bodyOptional ?? false }),
    )
  }
  return createRoute({
    method,
    path,
    tags: [tag],
    summary,
    security: securityOf(auth),
    middleware: [admit(...admissions)],
    request: {
      params: withoutWaiting(params) as Params,
      query: withoutWaiting(query) as Query,
      body: (body && {
        content: { 'application/json': { schema: withoutWaiting(body) } },
        required: !declared.bodyOptional,
      }) as BodyOf<Body>,
    },
    // Only the success is typed: errors are thrown, never returned by a handler.
    responses: {
      [status]: { description: 'Success', content: { 'application/json': { schema: surface.answer(response) } } },
      ...errorResponses(surface, declared),
    } as unknown as Record<
      Status,
      { description: string; content: { 'application/json': { schema: z.ZodType<Answered> } } }
    >,
  })
}

/**
 * The same schema, which validates at once when it is asked to do so later, as the library does with every input: the parsers
 * that zod compiles, four times as fast, are only for those who do not wait. So no schema of an input may need to.
 */
function withoutWaiting<Input extends Schema>(schema: Input): Input {
  if (schema) schema.safeParseAsync = async (value, params) => schema.safeParse(value, params)
  return schema
}

function accessTo(auth: Access): Admission[] {
  if (auth === 'public') return []
  if (auth === 'node') return [requireNode()]
  return ['user' in auth ? requireUser(auth.user) : requireAny(auth.any)]
}

function securityOf(auth: Access): Array<Record<string, string[]>> {
  if (auth === 'public') return []
  if (auth === 'node') return [{ apiKey: [] }]
  return 'user' in auth ? [{ bearer: [] }] : [{ bearer: [] }, { apiKey: [] }]
}

function envelopeOf(data: Schema): z.ZodType {
  const message = z.string().optional().openapi({ description: '中文，或按 Accept-Language 为英文' })
  const timestamp = z.iso.datetime()
  return data
    ? z.object({ success: z.literal(true), data, message, timestamp })
    : z.object({ success: z.literal(true), message, timestamp })
}

const errorTexts: Record<ErrorStatus, string> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'UNPROCESSABLE',
  429: 'RATE_LIMITED',
  500: 'INTERNAL_ERROR',
  502: 'DELIVERY_FAILED',
  503: 'SERVICE_UNAVAILABLE',
  504: 'TIMEOUT',
}

/** What decides which errors a route can answer with. */
type Fallible = Pick<Declaration<string, Schema, Schema, Schema, Schema, SuccessStatus, boolean>, 'auth' | 'errors'> & {
  params?: Schema
  query?: Schema
  body?: Schema
}

/** The errors of a Better Monitor route whose answer or body is not JSON, and which is therefore declared by hand. */
export function plainErrors(declared: Fallible) {
  return errorResponses(betterMonitor, declared)
}

function errorResponses(surface: Surface, declared: Fallible) {
  const statuses = new Set<ErrorStatus>([429, 500, 503, ...(declared.errors ?? [])])
  if (declared.auth !== 'public') statuses.add(401).add(403)
  if (declared.params || declared.query || declared.body) statuses.add(400)
  if (declared.body) statuses.add(413).add(415)
  return Object.fromEntries(
    [...statuses].map((code) => [
      code,
      { description: errorTexts[code], content: { 'application/json': { schema: surface.error } } },
    ]),
  )
}
