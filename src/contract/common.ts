import { z } from 'zod'

/** The name people call a node by; unique in the whole tree. */
export const AgentId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'letters, digits, ".", "_", ":" and "-", starting with a letter or digit')

/** ISO 8601 with `Z` or an offset; read as UTC (spec: appendix B). */
export const Timestamp = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

/** A time in an answer: ISO 8601 UTC with `Z`. */
export const IsoTime = z.iso.datetime()

export const IssueLevel = z.enum(['L1', 'L2', 'L3'])
export const Severity = z.enum(['low', 'medium', 'high', 'critical'])
export const ReportStatus = z.enum(['healthy', 'warning', 'critical'])
export const HealthStatus = z.enum(['healthy', 'warning', 'critical', 'unknown'])
export const NodeStatus = z.enum(['online', 'offline', 'unreachable', 'unknown'])
export const NodeRole = z.enum(['probe', 'monitor'])
export const UserRole = z.enum(['admin', 'operator', 'user', 'viewer'])

export type IssueLevel = z.infer<typeof IssueLevel>
export type Severity = z.infer<typeof Severity>
export type ReportStatus = z.infer<typeof ReportStatus>
export type HealthStatus = z.infer<typeof HealthStatus>
export type NodeStatus = z.infer<typeof NodeStatus>
export type NodeRole = z.infer<typeof NodeRole>
export type UserRole = z.infer<typeof UserRole>

/** A free-form JSON object sent by a node; stored and shown, never interpreted. */
export const JsonObject = z.record(z.string().max(256), z.unknown())
export type JsonObject = z.infer<typeof JsonObject>

/** Texts that a node wrote: bounded, and quoted wherever they are shown or judged. */
export const ShortText = z.string().max(512)
export const LongText = z.string().max(16_384)

/** A number in a path or a query: decimal digits alone, for `Number` would also take nothing, `0x10` and `1e3`. */
export function wholeNumber(min: number, max: number) {
  const read = (text: unknown) => (typeof text === 'string' && /^-?\d+$/.test(text) ? Number(text) : text)
  return z.preprocess(read, z.number().int().min(min).max(max))
}

/** `limit` and `offset` of a list: outside 1–1000 or below 0 is an error, never clamped. */
export function paging(defaultLimit: number) {
  return {
    limit: wholeNumber(1, 1000).default(defaultLimit),
    offset: wholeNumber(0, 2_147_483_647).default(0),
  }
}

/** A row number in a path or a query. */
export const RowId = wholeNumber(1, Number.MAX_SAFE_INTEGER)
