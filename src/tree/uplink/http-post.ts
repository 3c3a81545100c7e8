import { type IncomingMessage, request as askHttp } from 'node:http'
import { request as askHttps } from 'node:https'
import type { Answer } from './answer.ts'
import { ParentError } from './parent-error.ts'

export interface PostOptions {
  url: string
  headers: Record<string, string>
  /** JSON text. */
  body: string
  timeoutMs: number
  maxAnswerBytes: number
  signal?: AbortSignal | undefined
}

/**
 * One POST, bounded in time and in the size of the answer. A redirect is not followed: the key in the headers goes to the
 * configured parent and nowhere else. Throws ParentError: `cancelled` when the caller's signal ended it, else `retryable`.
 * Not by `fetch`: its parser, which is compiled in each process, would cost a leaf 17 MB.
 */
export async function httpPost(options: PostOptions): Promise<Answer> {
  const { timeoutMs, maxAnswerBytes, signal } = options
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), timeoutMs)
  const cancel = () => controller.abort()
  signal?.addEventListener('abort', cancel, { once: true })
  if (signal?.aborted) cancel()
  try {
    const response = await headOf(options, controller.signal)
    const status = response.statusCode ?? 0
    if (status >= 300 && status < 400) {
      response.destroy()
      throw new ParentError({
        kind: 'retryable',
        status,
        message: `a redirect to ${response.headers.location ?? 'nowhere'}, which is not followed: configure the parent's own address`,
      })
    }
    const body = await boundedText(response, status, maxAnswerBytes)
    return { status, retryAfter: response.headers['retry-after'] ?? null, body }
  } catch (error) {
    if (error instanceof ParentError) throw error
    if (signal?.aborted) throw new ParentError({ kind: 'cancelled', message: 'the request was given up', cause: error })
    if (controller.signal.aborted) {
      throw new ParentError({
        kind: 'retryable',
        code: 'TIMEOUT',
        message: `no answer within ${timeoutMs} ms`,
        cause: error,
      })
    }
    throw new ParentError({ kind: 'retryable', unreachable: true, message: networkMessage(error), cause: error })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
}

/** Sends the request; resolves once the head of the answer is there. What breaks later is said by the answer's body. */
function headOf({ url, headers, body }: PostOptions, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const ask = url.startsWith('https:') ? askHttps : askHttp
    const all = { 'content-type': 'application/json', accept: 'application/json', ...headers }
    ask(url, { method: 'POST', headers: all, signal }, resolve).on('error', reject).end(body)
  })
}

async function boundedText(response: IncomingMessage, status: number, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    total += chunk.byteLength
    if (total > maxBytes)
      throw new ParentError({
        kind: 'retryable',
        status,
        message: `the answer is larger than ${maxBytes} bytes`,
      })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Where a name has several addresses and none answers, what happened is in the causes of the error. */
function networkMessage(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const each = error instanceof AggregateError ? error.errors.map((cause: Error) => cause.message).join(', ') : ''
  return [code, message || each].filter(Boolean).join(': ') || String(error)
}
