import type { Context, Hono } from 'hono'
import { routePath } from 'hono/route'
import { AppError, invalidRequest, methodNotAllowed, notFound, serviceUnavailable } from '../../contract/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { HttpMetrics } from '../../platform/metrics.ts'
import { allowedMethods } from './allowed-methods.ts'
import type { ApiContext, ApiEnv, Gate } from './api-env.ts'
import { clientIp } from './client-ip.ts'
import type { ErrorShape } from './envelope.ts'
import { v1ErrorShape } from './envelope.ts'
import { sendError, toAppError } from './error-answer.ts'
import { setDefaultHeader } from './response-header.ts'
import { setSecurityHeaders } from './security-headers.ts'

export interface RequestBasics {
  logger: Logger
  metrics?: HttpMetrics
  /** A new id for a request that brings none; random and unique. */
  newRequestId: () => string
  /** Of a node with a monitor. */
  gate?: Gate
  isTrustedProxy?: (address: string) => boolean
  /** The error shape of the surface that a path belongs to. Default: v1 everywhere. */
  errorShape?: (path: string) => ErrorShape
}

/**
 * So many requests may be worked on at once. What a database that is slow or away cannot take must not pile up without end,
 * most of it for callers that have gone: who is refused comes again.
 */
const maxUnderWay = 5_000

/**
 * What every request to a node meets, on a leaf too: an id, the caller's address, headers against misuse, a line in the
 * log, and errors in the documented shape.
 */
export function installBasics(app: Hono<ApiEnv>, basics: RequestBasics): void {
  const { logger, metrics, newRequestId, gate } = basics
  const isTrustedProxy = basics.isTrustedProxy ?? (() => false)
  const shapeOf = (c: ApiContext) => basics.errorShape?.(c.req.path) ?? v1ErrorShape

  let underWay = 0

  app.use(async function basicsOfRequest(c, next) {
    const startedAt = performance.now()
    if (gate) c.set('gate', gate)
    const requestId = acceptableId(c.req.header('x-request-id')) ?? newRequestId()
    c.set('requestId', requestId)
    setDefaultHeader(c, 'X-Request-Id', requestId)
    setSecurityHeaders(c)
    c.set('clientIp', clientIp(c.env?.incoming?.socket.remoteAddress, c.req.header('x-forwarded-for'), isTrustedProxy))
    if (c.req.url.includes('%00')) {
      await c.get('gate')?.limit(c, 'queries')
      c.res = sendError(
        c,
        invalidRequest('路径或查询参数含有 NUL 字符', 'The path or query contains a NUL character'),
        shapeOf(c),
      )
    } else if (underWay >= maxUnderWay) c.res = sendError(c, overloaded(), shapeOf(c))
    else {
      underWay += 1
      try {
        await next()
      } finally {
        underWay -= 1
      }
    }

    const durationMs = performance.now() - startedAt
    const { method } = c.req
    const { status } = c.res
    const route = documentedPath(c)
    metrics?.observe({ method, route, status, durationMs })
    if (logger.isLevelEnabled('debug')) {
      // Never the query: a token may stand in it.
      const fields = {
        request_id: requestId,
        method,
        route,
        path: c.req.path,
        status,
        ip: c.get('clientIp'),
        ms: Math.round(durationMs),
      }
      logger.debug(fields, 'request')
    }
  })

  app.onError(async (error, c) => {
    const answer = await toAppError(error, c)
    logFailure(logger, c, error, answer)
    return sendError(c, answer, shapeOf(c))
  })

  app.notFound(async (c) => {
    // Whoever walks through paths is counted like any other caller.
    await c.get('gate')?.limit(c, 'queries')
    const methods = allowedMethods(app.routes, c.req.path)
    if (methods.length > 0) {
      const allow = methods.join(', ')
      const error = methodNotAllowed(`不支持的方法，可用：${allow}`, `Method not allowed; allowed: ${allow}`, {
        headers: { Allow: allow },
      })
      return sendError(c, error, shapeOf(c))
    }
    return sendError(c, notFound('路径不存在', 'No such path'), shapeOf(c))
  })
}

const overloaded = () =>
  serviceUnavailable('请求过多，请稍后重试', 'too many requests are under way: try again shortly', {
    headers: { 'retry-after': '2' },
  })

/** An id that another system gave, when it is short and harmless enough to stand in logs and headers. */
function acceptableId(id: string | undefined): string | null {
  return id !== undefined && /^[\w.:-]{1,64}$/.test(id) ? id : null
}

/** The pattern of the route that answered (`/alerts/{id}`): few, so that it can be a label. */
function documentedPath(c: ApiContext): string {
  const pattern = routePath(c as Context, -1)
  return pattern === '' || pattern.endsWith('*') ? 'unknown' : pattern.replaceAll(/:(\w+)/g, '{$1}')
}

function logFailure(logger: Logger, c: ApiContext, error: Error, answer: AppError): void {
  const fields = {
    request_id: c.get('requestId'),
    method: c.req.method,
    path: c.req.path,
    status: answer.status,
    code: answer.code,
  }
  const reason = error.message
  if (answer.status < 500) logger.debug({ ...fields, reason }, 'request refused')
  // A server or a service that is away, said as such: no fault of this program.
  else if (error instanceof AppError && error.cause === undefined)
    logger.warn({ ...fields, reason }, 'request not served')
  else logger.error({ ...fields, err: withoutParameters(error) }, 'request failed')
}

/** A failed query without its parameters: they may be what the log must never hold. */
function withoutParameters(error: Error): unknown {
  const cause = error instanceof AppError && error.cause instanceof Error ? error.cause : error
  return 'query' in cause && 'params' in cause ? { type: cause.name, query: cause.query, cause: cause.cause } : error
}
