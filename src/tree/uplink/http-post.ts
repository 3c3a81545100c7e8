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
  fetch: typeof fetch
}

/**
 * One POST, bounded in time and in the size of the answer. A redirect is not followed: the key in the headers goes to the
 * configured parent and nowhere else. Throws ParentError: `cancelled` when the caller's signal ended it, else `retryable`.
 */
export async function httpPost(options: PostOptions): Promise<Answer> {
  const { url, headers, body, timeoutMs, maxAnswerBytes, signal } = options
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), timeoutMs)
  const cancel = () => controller.abort()
  signal?.addEventListener('abort', cancel, { once: true })
  if (signal?.aborted) cancel()
  try {
    const response = await options.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: controller.signal,
    })
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel()
      throw new ParentError({
        kind: 'retryable',
        status: response.status,
        message: `a redirect to ${response.headers.get('location') ?? 'nowhere'}, which is not followed: configure the parent's own address`,
      })
    }
    const text = await boundedText(response, maxAnswerBytes)
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: text }
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

async function boundedText(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return ''
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of response.body) {
    total += chunk.byteLength
    if (total > maxBytes)
      throw new ParentError({
        kind: 'retryable',
        status: response.status,
        message: `the answer is larger than ${maxBytes} bytes`,
      })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** fetch says only "fetch failed"; what happened is in the cause. */
function networkMessage(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } }
  return [cause?.code, cause?.message || message].filter(Boolean).join(': ') || String(error)
}
