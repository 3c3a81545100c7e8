import { z } from 'zod'
import { type FailureKind, ParentError } from './parent-error.ts'

/** The v1 envelopes (spec: 统一响应格式), read from outside: unknown fields are passed over. */
const Success = z.object({ success: z.literal(true), data: z.unknown() })
const Failure = z.object({ success: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) })

/** What came back over HTTP, body read whole. */
export interface Answer {
  status: number
  retryAfter: string | null
  body: string
}

/** Statuses with which a monitor says that the item itself is bad. */
export const badItemStatuses: ReadonlySet<number> = new Set([400, 409, 413, 415, 422])
/** The longest that a Retry-After is believed. */
const MAX_RETRY_AFTER_MS = 3_600_000

/** The parsed `data` of a good answer; everything else throws the ParentError that says what to do about it. */
export function readAnswer<T>(answer: Answer, schema: z.ZodType<T>, now: number, badItem = badItemStatuses): T {
  const json = parseJson(answer.body)
  if (answer.status >= 200 && answer.status < 300) {
    const envelope = Success.safeParse(json)
    const data = envelope.success ? schema.safeParse(envelope.data.data) : undefined
    if (data?.success) return data.data
    throw new ParentError({
      kind: 'retryable',
      status: answer.status,
      message: 'the answer is not one of a Cortex monitor',
    })
  }
  const error = Failure.safeParse(json).data?.error
  throw new ParentError({
    kind: classify(answer.status, error !== undefined, badItem),
    status: answer.status,
    code: error?.code ?? null,
    retryAfterMs: retryAfterMs(answer.retryAfter, now),
    message: error ? `${answer.status} ${error.code}: ${error.message.slice(0, 500)}` : `HTTP status ${answer.status}`,
  })
}

/**
 * What a status other than 2xx means. Only a monitor's own answer may cost an item: a 400 or 404 of some proxy on the way
 * says nothing about it. A 413 does, whoever sends it.
 */
export function classify(
  status: number,
  fromMonitor: boolean,
  badItem: ReadonlySet<number> = badItemStatuses,
): FailureKind {
  if (badItem.has(status) && (fromMonitor || status === 413)) return 'rejected'
  if (status === 401 || status === 403) return 'unauthorised'
  return 'retryable'
}

/** True for failures that count against the parent itself, so that the next one may be better: not those of a busy parent. */
export function countsAgainstParent(error: ParentError): boolean {
  return error.kind === 'retryable' && error.status !== 429 && error.status !== 408
}

/** `Retry-After` as seconds or as a date, in ms from now; null when absent, unreadable or past. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const text = header.trim()
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return waitMs > 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
