import { z } from 'zod'
import { AgentId, IsoTime, RowId, Severity, wholeNumber } from '../common.ts'
import { AlertStatus } from '../rollup.ts'

/** An alert as Better Monitor shows it (rulings: alerts): the same row as a Cortex alert, whoever raised it. */
export const AlertRecord = z
  .object({
    id: z.number().int(),
    server_id: z.number().int(),
    server_name: z.string(),
    agent_id: AgentId,
    alert_type: z.string(),
    /** What it is about: of a rule the rule's uid, and its target behind it. */
    subject: z.string(),
    description: z.string(),
    severity: Severity,
    status: AlertStatus,
    /** Both null where no rule raised it. */
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    resolved: z.boolean(),
    resolved_at: IsoTime.nullable(),
    notified_at: IsoTime.nullable(),
    created_at: IsoTime,
  })
  .meta({ id: 'AlertRecord' })
export type AlertRecord = z.infer<typeof AlertRecord>

/** Pages begin at 1; newest first. */
export const AlertRecordQuery = z.object({
  server_id: RowId.optional(),
  /** agent_id: records of that node and of everything below it. */
  under: AgentId.optional(),
  alert_type: z.string().min(1).max(128).optional(),
  only_unresolved: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  page: wholeNumber(1, 1_000_000).default(1),
  limit: wholeNumber(1, 1000).default(20),
})

export const AlertRecordList = z
  .object({
    records: z.array(AlertRecord),
    total: z.number().int(),
    page: z.number().int(),
    limit: z.number().int(),
  })
  .meta({ id: 'AlertRecordList' })

export const AlertRecordResolved = z
  .object({ message: z.string(), record: AlertRecord })
  .meta({ id: 'AlertRecordResolved' })
