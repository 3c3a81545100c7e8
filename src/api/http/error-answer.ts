import { HTTPException } from 'hono/http-exception'
import {
  AppError,
  internalError,
  invalidRequest,
  serviceUnavailable,
  unsupportedMediaType,
} from '../../contract/errors.ts'
import { type ApiContext, languageOf } from './api-env.ts'
import type { ErrorShape } from './envelope.ts'
import { refused } from './json-body.ts'
import { malformedAt } from './json-hazards.ts'

/** Codes that mean: the database is away, starting, stopping or full for a moment. */
const databaseAway = /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONNRESET|EPIPE|57P0[1-3]|53300|08\w{3})$/

/** What is told to the caller about a failure. Only an AppError speaks for itself; of the rest nothing gets out. */
export async function toAppError(error: Error, c: ApiContext): Promise<AppError> {
  return error instanceof HTTPException ? fromHttp(error, c) : appErrorOf(error)
}

/** The same for whatever failed outside a request, such as a message on a socket. */
export function appErrorOf(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (isDatabaseAway(error)) {
    return serviceUnavailable(
      '服务暂时不可用，请稍后重试',
      'The service is unavailable for the moment: try again later',
      {
        headers: { 'Retry-After': '5' },
        cause: error,
      },
    )
  }
  return internalError('服务器内部错误', 'Internal server error', { cause: error })
}

/** Sends an error in the shape of its surface. */
export function sendError(c: ApiContext, error: AppError, shape: ErrorShape): Response {
  for (const [name, value] of Object.entries(error.headers ?? {})) c.header(name, value)
  return c.body(JSON.stringify(shape(error, languageOf(c), new Date().toISOString())), {
    status: error.status as 500,
    headers: { 'Content-Type': 'application/json' },
  })
}

async function fromHttp(error: HTTPException, c: ApiContext): Promise<AppError> {
  if (error.status === 415) {
    return unsupportedMediaType('请求体必须是 application/json', 'The body must be application/json')
  }
  if (error.status === 400) {
    const hazard = malformedAt(await c.req.text())
    return hazard ? refused(hazard) : invalidRequest('请求参数无效', 'Invalid request', { cause: error })
  }
  return internalError('服务器内部错误', 'Internal server error', { cause: error })
}

function isDatabaseAway(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && databaseAway.test(cause.code)) return true
    if ('syscall' in cause && cause.syscall === 'connect') return true
    // What ends or refuses a whole connection is no fault of the statement.
    if ('severity' in cause && (cause.severity === 'FATAL' || cause.severity === 'PANIC')) return true
  }
  return false
}
