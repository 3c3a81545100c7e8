import type { TypedResponse } from 'hono'
import type { JSONParsed } from 'hono/utils/types'
import type { AppError, PublicText } from '../../contract/errors.ts'
import { type ApiContext, languageOf } from './api-env.ts'
import type { Language } from './language.ts'

/** A successful answer of v1 (spec: 统一响应格式). */
export interface Answer<Data> {
  success: true
  data: Data
  message?: string | undefined
  timestamp: string
}
/** A successful answer that has nothing to say but that it was done. */
export type Done = Omit<Answer<never>, 'data'>

export type SuccessStatus = 200 | 201 | 202

/** Answers with data, and with a message in the language of the request where the contract has one. */
export function ok<Data, Status extends SuccessStatus = 200>(
  c: ApiContext,
  data: Data,
  message?: PublicText,
  status?: Status,
): Response & TypedResponse<JSONParsed<Answer<Data>>, Status, 'json'> {
  return send<Answer<Data>, Status>(c, { success: true, data }, message, status)
}

/** Answers that it was done, without data. */
export function done(c: ApiContext, message: PublicText): Response & TypedResponse<JSONParsed<Done>, 200, 'json'> {
  return send<Done, 200>(c, { success: true }, message)
}

/** Answers with a body that is JSON text already. What it says is for the caller to get right: nothing is checked. */
export function jsonText<Body>(c: ApiContext, text: string): Response & TypedResponse<JSONParsed<Body>, 200, 'json'> {
  const response: Response = c.body(text, 200, { 'content-type': 'application/json' })
  return response as Response & TypedResponse<JSONParsed<Body>, 200, 'json'>
}

function send<Body, Status extends SuccessStatus>(
  c: ApiContext,
  body: object,
  message: PublicText | undefined,
  status?: Status,
): Response & TypedResponse<JSONParsed<Body>, Status, 'json'> {
  const timestamp = new Date().toISOString()
  const text = message && { message: message[languageOf(c)] }
  const response: Response = c.json({ ...body, ...text, timestamp }, status ?? 200)
  // The type is what lets the compiler hold a handler to its documented answer; at run time it is a plain response.
  return response as Response & TypedResponse<JSONParsed<Body>, Status, 'json'>
}

/** The body that an error has on one surface of the API. */
export type ErrorShape = (error: AppError, language: Language, timestamp: string) => object

const serverErrors: Record<string, string> = { INTERNAL_ERROR: 'SERVER_ERROR' }

/** The code by which Better Monitor knows an error; it calls a failure of ours SERVER_ERROR. */
export const plainCode = (error: AppError): string => serverErrors[error.code] ?? error.code

/** Errors of Better Monitor, `/api` (spec: 错误处理). */
export const plainErrorShape: ErrorShape = (error, language, timestamp) => ({
  error: error.text[language],
  code: plainCode(error),
  ...(error.details ? { details: error.details } : {}),
  timestamp,
})

/** Errors of `/api/v1`; also of every path that belongs to no surface. */
export const v1ErrorShape: ErrorShape = (error, language, timestamp) => ({
  success: false,
  error: { code: error.code, message: error.text[language], details: error.details ?? {} },
  timestamp,
})
