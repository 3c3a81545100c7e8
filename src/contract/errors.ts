/** What the person sees, in both languages. */
export interface PublicText {
  zh: string
  en: string
}

/**
 * An error that has a documented answer. `text` goes to the caller; `internal` and `cause` go to the log and nowhere else.
 */
export class AppError extends Error {
  readonly code: string
  readonly status: number
  readonly text: PublicText
  readonly details: Record<string, unknown> | undefined
  readonly headers: Record<string, string> | undefined

  constructor(init: {
    code: string
    status: number
    text: PublicText
    details?: Record<string, unknown> | undefined
    headers?: Record<string, string> | undefined
    internal?: string | undefined
    cause?: unknown
  }) {
    super(init.internal ?? init.text.en, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'AppError'
    this.code = init.code
    this.status = init.status
    this.text = init.text
    this.details = init.details
    this.headers = init.headers
  }
}

type Extra = {
  details?: Record<string, unknown> | undefined
  headers?: Record<string, string>
  internal?: string
  cause?: unknown
}

/** A factory for errors of one documented code (spec: 错误代码); the texts are given where the error is named. */
function factory(code: string, status: number) {
  return (zh: string, en: string, extra: Extra = {}): AppError =>
    new AppError({ code, status, text: { zh, en }, ...extra })
}

export const invalidRequest = factory('INVALID_REQUEST', 400)
export const unauthorized = factory('UNAUTHORIZED', 401)
export const forbidden = factory('FORBIDDEN', 403)
export const notFound = factory('NOT_FOUND', 404)
export const methodNotAllowed = factory('METHOD_NOT_ALLOWED', 405)
export const conflict = factory('CONFLICT', 409)
export const payloadTooLarge = factory('PAYLOAD_TOO_LARGE', 413)
export const unsupportedMediaType = factory('UNSUPPORTED_MEDIA_TYPE', 415)
export const rateLimited = factory('RATE_LIMITED', 429)
export const internalError = factory('INTERNAL_ERROR', 500)
/** A service outside of the tree did not take what it was sent. */
export const deliveryFailed = factory('DELIVERY_FAILED', 502)
export const serviceUnavailable = factory('SERVICE_UNAVAILABLE', 503)
export const timeout = factory('TIMEOUT', 504)
