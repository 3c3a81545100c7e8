import type { z } from 'zod'
import type { Language } from '../i18n/define-texts.ts'
import type { SessionStore } from './session.ts'

/** Why a call did not do what it should, in the words of the server. */
export interface Failure {
  /** As documented (`NOT_FOUND`), or `NETWORK` when no answer came. */
  code: string
  /** 0 when no answer came. */
  status: number
  /** In the person's language; says what to do. */
  message: string
  details: Readonly<Record<string, unknown>>
  /** After 429 and 503: when to try again. */
  retryAfterS: number | null
}
export type Outcome<Data> = { ok: true; data: Data } | { ok: false; failure: Failure }

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** For code that must throw (queries of react-query); `failureOf` finds the failure again. */
class ApiError extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

const networkTexts = {
  zh: '连接不上监控，请检查网络；恢复后会自动重试',
  en: 'The monitor cannot be reached: check the network. It is tried again by itself',
}

/**
 * Calls the documented APIs. `/api/v1` answers are taken out of their envelope; errors of both surfaces become values of
 * one shape. A 401 to a token of ours ends the session.
 */
export function createClient(parts: {
  session: Pick<SessionStore, 'current' | 'signOut'>
  language: () => Language
  fetch: typeof fetch
}) {
  const { session, language } = parts

  async function call<Schema extends z.ZodType>(
    method: Method,
    path: string,
    options: { query?: Query; body?: unknown; signal?: AbortSignal } = {},
  ): Promise<Outcome<z.output<Schema>>> {
    const token = session.current()?.token
    const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language() }
    if (token !== undefined) headers['Authorization'] = `Bearer ${token}`
    if (options.body !== undefined) headers['Content-Type'] = 'application/json'
    let response: Response
    let answer: unknown
    try {
      response = await parts.fetch(path + queryText(options.query), {
        method,
        headers,
        credentials: 'omit',
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        ...(options.signal ? { signal: options.signal } : {}),
      })
      answer = response.status === 204 ? {} : await response.json().catch(() => null)
    } catch (error) {
      if (options.signal?.aborted) throw error
      return { ok: false, failure: noAnswer(language()) }
    }
    if (response.ok && answer !== null) return { ok: true, data: dataOf(path, answer) as z.output<Schema> }
    const failure = failureIn(answer, response, language())
    // A token that was replaced meanwhile is not the one that was refused.
    if (failure.status === 401 && token !== undefined && session.current()?.token === token) session.signOut()
    return { ok: false, failure }
  }

  return {
    call,
    /** The data of a GET; throws `ApiError`. Made for `queryFn`. */
    async get<Schema extends z.ZodType>(path: string, query?: Query, signal?: AbortSignal): Promise<z.output<Schema>> {
      const outcome = await call<Schema>('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) })
      if (outcome.ok) return outcome.data
      throw new ApiError(outcome.failure)
    },
  }
}
export type Client = ReturnType<typeof createClient>

/** What went wrong, of anything that was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) return error.failure
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'UNEXPECTED', status: 0, message, details: {}, retryAfterS: null }
}

export function queryText(query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

function dataOf(path: string, answer: unknown): unknown {
  if (!path.startsWith('/api/v1/')) return answer
  return isObject(answer) && 'data' in answer ? answer['data'] : {}
}

function failureIn(answer: unknown, response: Response, language: Language): Failure {
  const body = isObject(answer) ? answer : {}
  const error = isObject(body['error']) ? body['error'] : { ...body, message: body['error'] }
  const retry = Number(response.headers.get('retry-after') ?? Number.NaN)
  return {
    code: typeof error['code'] === 'string' ? error['code'] : 'UNEXPECTED',
    status: response.status,
    message: typeof error['message'] === 'string' ? error['message'] : `${networkTexts[language]} (${response.status})`,
    details: isObject(error['details']) ? error['details'] : {},
    retryAfterS: Number.isFinite(retry) ? retry : null,
  }
}

function noAnswer(language: Language): Failure {
  return { code: 'NETWORK', status: 0, message: networkTexts[language], details: {}, retryAfterS: null }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
