import { DeliveryError } from './delivery-error.ts'
import type { HttpAnswer } from './post.ts'

const laterStatuses = new Set([408, 425, 429])
const longestPauseMs = 3_600_000

/** What the status of an answer says: null when it is 2xx, else why not and whether a later attempt may do better. */
export function statusRefusal({ status, headers, text }: HttpAnswer, nowMs: number): DeliveryError | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) {
    const message = `the receiver redirects (${status}), which is not followed: enter the address it leads to`
    return new DeliveryError('redirected', message, { retry: false })
  }
  const retry = laterStatuses.has(status) || status >= 500
  const said = text === '' ? '' : `: ${text}`
  const retryAfterMs = retry ? (pauseMs(headers['retry-after'], nowMs) ?? telegramPauseMs(text)) : undefined
  return new DeliveryError('refused', `the receiver answered ${status}${said}`, { retry, retryAfterMs })
}

/** `Retry-After` in seconds or as a date; undefined when it says neither. */
function pauseMs(retryAfter: string | undefined, nowMs: number): number | undefined {
  if (retryAfter === undefined) return undefined
  const ms = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - nowMs
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestPauseMs) : undefined
}

/** Telegram says it in the body: `{"parameters":{"retry_after":35}}`. */
function telegramPauseMs(text: string): number | undefined {
  const seconds = /"retry_after":\s*(\d{1,6})/.exec(text)?.[1]
  return seconds === undefined ? undefined : Math.min(Number(seconds) * 1000, longestPauseMs)
}
