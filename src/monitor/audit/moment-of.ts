import { invalidRequest } from '../../contract/errors.ts'
import { parseSince } from '../../lib/since.ts'

/** The moment that a query names by a span before now or an ISO time. Throws INVALID_REQUEST naming the field. */
export function momentOf(field: string, text: string | undefined, nowMs: number): Date | undefined {
  if (text === undefined) return undefined
  const moment = parseSince(text, nowMs)
  if (moment) return moment
  throw invalidRequest(
    `${field} 应为 30m、24h、7d 这样的时长或 ISO 8601 时间`,
    `${field} must be a span such as 30m, 24h or 7d, or an ISO 8601 time`,
    { details: { issues: [{ path: field, message: '30m | 24h | 7d | ISO 8601' }] } },
  )
}
