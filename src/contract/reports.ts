import { z } from 'zod'
import { Action } from './actions.ts'
import { AuditHeads } from './audit.ts'
import { AgentId, IssueLevel, JsonObject, LongText, ReportStatus, Severity, ShortText, Timestamp } from './common.ts'
import { DecisionStatus, Rollup, RollupAck } from './rollup.ts'

const Percent = z.number().min(0).max(100)
const Count = z.number().int().min(0)
const Rate = z.number().min(0)

export const SystemMetrics = z
  .object({
    cpu_percent: Percent,
    memory_percent: Percent,
    disk_percent: Percent,
    load_average: z.tuple([Rate, Rate, Rate]),
    uptime_seconds: z.number().min(0),
    process_count: Count.optional(),
    disk_io: z.object({ read_bytes: Rate, write_bytes: Rate }).partial().optional(),
    network_io: z.object({ bytes_sent: Rate, bytes_recv: Rate }).partial().optional(),
    memory: z.object({ total_bytes: Count, used_bytes: Count }).partial().optional(),
    disk: z.object({ total_bytes: Count, used_bytes: Count }).partial().optional(),
    swap_percent: Percent.optional(),
    partitions: z
      .array(
        z.object({
          mount: ShortText,
          device: ShortText,
          fstype: ShortText,
          total_bytes: Count,
          used_bytes: Count,
          percent: Percent,
          inodes_percent: Percent.nullable(),
        }),
      )
      .max(256)
      .optional(),
    interfaces: z
      .array(z.object({ name: ShortText, bytes_sent: Rate, bytes_recv: Rate }))
      .max(256)
      .optional(),
    top_processes: z
      .array(z.object({ pid: Count, name: ShortText, cpu_percent: z.number().min(0), memory_rss: Count }))
      .max(64)
      .optional(),
  })
  .meta({ id: 'SystemMetrics' })
export type SystemMetrics = z.infer<typeof SystemMetrics>

export const IssueReport = z
  .object({
    level: IssueLevel,
    type: z.string().min(1).max(128),
    description: LongText,
    severity: Severity,
    proposed_fix: LongText.optional(),
    risk_assessment: LongText.optional(),
    details: JsonObject.default({}),
    timestamp: Timestamp.optional(),
    /** What the issue is about (a service, a mount); with `type` it tells issues of one node apart. */
    subject: ShortText.optional(),
    /** The decision request this L2 issue belongs to; a repeat of it is the same decision. */
    request_id: z.string().min(8).max(128).optional(),
    action: Action.optional(),
  })
  .meta({ id: 'IssueReport' })
export type IssueReport = z.infer<typeof IssueReport>

export const ExecutionStatus = z.enum(['success', 'failed', 'partial'])
export type ExecutionStatus = z.infer<typeof ExecutionStatus>

export const ActionReport = z
  .object({
    level: z.enum(['L1', 'L2']),
    action: z.string().min(1).max(512),
    result: ExecutionStatus,
    details: LongText.default(''),
    timestamp: Timestamp.optional(),
    intent_id: z.number().int().optional(),
    decision_id: z.number().int().optional(),
    request_id: z.string().min(8).max(128).optional(),
    issue_type: z.string().max(128).optional(),
    subject: ShortText.optional(),
  })
  .meta({ id: 'ActionReport' })
export type ActionReport = z.infer<typeof ActionReport>

/** `metadata` of a report: free for the sender, with the fields that Cortex nodes use among themselves. */
const ReportMetadata = z
  .looseObject({
    probe_version: ShortText.optional(),
    /** Seconds between two reports: how many are missing is judged by it. */
    report_interval_s: z.number().positive().max(86_400).optional(),
    /** `issues` is the whole list of what is wrong now: an open alert that is not in it is over. */
    issues_complete: z.boolean().optional(),
    /** Of a rolled-up report, whose metrics are averages of the subtree: the issues of the monitor's own host. */
    issues_count: z.object({ L1: Count, L2: Count, L3: Count }).optional(),
    /** agent_ids of the monitors that this message came through, first hop first. */
    path: z.array(AgentId).max(64).optional(),
    rollup: Rollup.optional(),
    audit_heads: AuditHeads.optional(),
  })
  .meta({ id: 'ReportMetadata' })

/** Body of `POST /api/v1/reports` (spec: 数据上报接口 1). */
export const Report = z
  .object({
    agent_id: AgentId,
    timestamp: Timestamp,
    status: ReportStatus,
    metrics: SystemMetrics,
    issues: z.array(IssueReport).max(1000).default([]),
    actions_taken: z.array(ActionReport).max(1000).default([]),
    metadata: ReportMetadata.default({}),
    report_uid: z.string().min(1).max(128).optional(),
  })
  .meta({ id: 'ReportRequest' })
export type Report = z.infer<typeof Report>

/** Body of `POST /api/v1/reports/batch`: a backlog, at most 1000 items, each judged alone. */
export const ReportBatch = z
  .object({
    reports: z.array(z.unknown()).min(1).max(1000),
    /** The sender has already handed over a younger report than all of these: whatever their times, none is its present state. */
    history: z.boolean().default(false),
  })
  .meta({ id: 'ReportBatch' })

export const ReportDecision = z.object({
  decision_id: z.number().int(),
  issue_type: z.string(),
  status: DecisionStatus,
  reason: z.string(),
  request_id: z.string().optional(),
})

export type ReportDecision = z.infer<typeof ReportDecision>

/** `data` of the answer to a report. */
export const ReportReceipt = z
  .object({
    report_id: z.number().int(),
    l2_decisions: z.array(ReportDecision),
    l3_alerts_triggered: z.number().int(),
    rollup_ack: RollupAck.optional(),
  })
  .meta({ id: 'ReportReceipt' })
export type ReportReceipt = z.infer<typeof ReportReceipt>

const BatchItemResult = z.object({
  report_uid: z.string().nullable(),
  status: z.enum(['accepted', 'duplicate', 'rejected']),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})
export const BatchReceipt = z.object({ results: z.array(BatchItemResult) }).meta({ id: 'BatchReceipt' })
export type BatchReceipt = z.infer<typeof BatchReceipt>

/** Body of `POST /api/v1/heartbeat` (spec: 数据上报接口 2). `goodbye` announces a clean stop. */
export const Heartbeat = z
  .object({
    agent_id: AgentId,
    timestamp: Timestamp,
    status: ReportStatus,
    goodbye: z.boolean().optional(),
  })
  .meta({ id: 'HeartbeatRequest' })
export type Heartbeat = z.infer<typeof Heartbeat>

export const HeartbeatReceipt = z.object({ received_at: z.iso.datetime() }).meta({ id: 'HeartbeatReceipt' })
