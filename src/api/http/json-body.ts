import { type AppError, invalidRequest, payloadTooLarge } from '../../contract/errors.ts'
import type { Admission } from './admission.ts'
import type { ApiContext } from './api-env.ts'
import { type JsonHazard, hazardOf } from './json-hazards.ts'

export const defaultMaxBodyBytes = 1_048_576

/** How many bytes a body may have; may depend on who sends it. */
export type BodyLimit = number | ((c: ApiContext) => number)

/**
 * Reads the body of a JSON route within `maxBytes` before anything parses it, and refuses what no handler could store.
 * An empty body reads as `{}` where the route allows none. Content type and syntax are left to the validator.
 */
export function jsonBody({ maxBytes, optional }: { maxBytes: BodyLimit; optional: boolean }): Admission {
  return async function readBody(c) {
    const text = await boundedText(c, typeof maxBytes === 'number' ? maxBytes : maxBytes(c))
    const hazard = hazardOf(text)
    if (hazard) throw refused(hazard)
    if (optional && text.trim() === '') c.req.raw = withEmptyObject(c.req.raw)
    // Hono keeps the promise of a body there, though its type names the body.
    else c.req.bodyCache.text = Promise.resolve(text) as unknown as string
  }
}

/** So that the schema fills in its defaults, whether or not a content type was sent with nothing. */
function withEmptyObject(request: Request): Request {
  const headers = new Headers(request.headers)
  headers.set('Content-Type', 'application/json')
  headers.delete('Content-Length')
  return new Request(request.url, { method: request.method, headers, body: '{}' })
}

/** The answer to JSON that cannot be taken in. */
export function refused(hazard: JsonHazard): AppError {
  switch (hazard.kind) {
    case 'malformed':
      return invalidRequest(
        `请求体不是有效的 JSON：第 ${hazard.line} 行第 ${hazard.column} 列`,
        `The body is not valid JSON: line ${hazard.line}, column ${hazard.column}`,
        { details: { line: hazard.line, column: hazard.column } },
      )
    case 'too-deep':
      return invalidRequest('请求体嵌套过深', 'The body is nested too deeply')
    case 'unstorable': {
      const field = hazard.path || 'body'
      return invalidRequest(
        `请求参数无效：${field} 含有无法存储的字符（NUL 或不成对的代理项）`,
        `Invalid request: ${field} contains a character that cannot be stored (NUL or a lone surrogate)`,
        { details: { issues: [{ path: field, message: 'NUL or lone surrogate' }] } },
      )
    }
  }
}

async function boundedText(c: ApiContext, maxBytes: number): Promise<string> {
  const { headers } = c.req.raw
  const declared = headers.get('content-length')
  if (declared !== null && Number(declared) > maxBytes) throw tooLarge(maxBytes)
  // The HTTP parser ends a body at its declared length, so only one without a length must be counted as it comes.
  if (declared !== null && !headers.has('transfer-encoding')) return c.req.raw.text()
  return c.req.raw.body ? countedText(c.req.raw.body, maxBytes) : ''
}

async function countedText(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function tooLarge(maxBytes: number): AppError {
  return payloadTooLarge(`请求体超过 ${maxBytes} 字节`, `The body is larger than ${maxBytes} bytes`, {
    details: { max_bytes: maxBytes },
    // What was not read cannot be skipped: the connection ends with this answer.
    headers: { Connection: 'close' },
  })
}
