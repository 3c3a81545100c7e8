import { z } from 'zod'
import { AgentId, IsoTime, JsonObject, RowId, paging, wholeNumber } from './common.ts'

/** SHA-256 as hex: of an entry and of the seal before it. */
const Seal = z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits')

/** Where an append-only log ends: `seq` is the number of its newest entry, 0 of an empty one. */
const AuditHead = z.object({ seq: z.number().int().min(0), hash: Seal })
export type AuditHead = z.infer<typeof AuditHead>

/** `host`: what was done on the host, kept by the host. `monitor`: what was done at a monitor, kept in its database. */
export type AuditLogName = 'host' | 'monitor'

/** Where the logs of a node end, as it tells its parent, which keeps it. */
export const AuditHeads = z.object({ host: AuditHead.optional(), monitor: AuditHead.optional() })
export type AuditHeads = z.infer<typeof AuditHeads>

const AuditRecord = z
  .object({
    id: z.number().int(),
    at: IsoTime,
    actor: z.string(),
    actor_kind: z.enum(['user', 'node', 'system']),
    action: z.string(),
    target: z.string().nullable(),
    details: JsonObject,
    previous_hash: Seal,
    hash: Seal,
  })
  .meta({ id: 'AuditRecord' })

const Moment = z.string().min(1).max(64)

/** `action` matches from its beginning: `user.` are all actions on users. Times: `30m`, `24h`, `7d`, or ISO. */
export const AuditQuery = z.object({
  actor: z.string().min(1).max(512).optional(),
  action: z.string().min(1).max(128).optional(),
  target: z.string().min(1).max(4096).optional(),
  since: Moment.optional(),
  until: Moment.optional(),
  ...paging(100),
})
export type AuditQuery = z.infer<typeof AuditQuery>

export const AuditList = z
  .object({
    total: z.number().int(),
    limit: z.number().int(),
    offset: z.number().int(),
    entries: z.array(AuditRecord),
  })
  .meta({ id: 'AuditList' })
export type AuditList = z.infer<typeof AuditList>

/** `after_id` goes on where an answer that was not `complete` ended. */
export const AuditVerifyQuery = z.object({ after_id: RowId.optional() })

export const AuditVerdictAnswer = z
  .object({
    intact: z.boolean(),
    /** How many entries were checked. */
    entries: z.number().int(),
    /** The newest seal that was checked: written down elsewhere, it shows later that the log was cut or rewritten. */
    head: AuditHead,
    /** The first entry that does not fit; null when all do. */
    broken_at: z.number().int().nullable(),
    /** False: there is more than is checked in one go. Ask again with `after_id` = `head.seq`. */
    complete: z.boolean(),
  })
  .meta({ id: 'AuditVerdict' })
export type AuditVerdictAnswer = z.infer<typeof AuditVerdictAnswer>

/** Entries below `before_id`, newest first; without it from the newest. */
export const HostAuditQuery = z.object({ before_id: RowId.optional(), limit: wholeNumber(1, 200).default(100) })

/** A page of the host's own log, its seals checked by the monitor that was asked. */
export const HostAuditPage = z
  .object({
    agent_id: AgentId,
    head: AuditHead,
    entries: z.array(AuditRecord),
    intact: z.boolean(),
    broken_at: z.number().int().nullable(),
  })
  .meta({ id: 'HostAuditPage' })
export type HostAuditPage = z.infer<typeof HostAuditPage>

/** What a node answers about one of its logs. `from_id` counts upwards, `before_id` downwards; entries always rise. */
export const AuditEntriesParams = z.object({
  from_id: z.number().int().min(0).optional(),
  before_id: z.number().int().min(1).optional(),
  limit: z.number().int().min(1).max(200),
})
export type AuditEntriesParams = z.infer<typeof AuditEntriesParams>
export const AuditEntries = z.object({ head: AuditHead, entries: z.array(AuditRecord) })
export type AuditEntries = z.infer<typeof AuditEntries>
