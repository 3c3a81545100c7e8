import { DeliveryError } from '../delivery-error.ts'
import type { HttpRequest } from '../post.ts'
import type { TextStyle } from '../notice.ts'

/** A request with a JSON body. */
export function jsonPost(url: string, body: object, headers: Record<string, string> = {}): HttpRequest {
  return { url, headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(body) }
}

/** Plain text of at most so many bytes in UTF-8. */
export function textUpTo(maxBytes: number): TextStyle {
  return { escape: (text) => text, lineBreak: '\n', fits: (text) => Buffer.byteLength(text) <= maxBytes }
}

/** A field of an answer that may be anything. */
export function fieldOf(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined
}

/** The service answered that it did not take the notice. */
export function refused(code: unknown, text: unknown, more: { retry: boolean; retryAfterMs?: number }): DeliveryError {
  const said = [code, text].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ')
  return new DeliveryError('refused', `the service refused it: ${said || 'its answer is not the usual one'}`, more)
}
