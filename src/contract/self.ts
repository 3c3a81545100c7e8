import { z } from 'zod'
import { AgentId, IsoTime } from './common.ts'
import { ActionReport, IssueReport, SystemMetrics } from './reports.ts'

export const Inspection = z
  .object({
    started_at: IsoTime,
    took_ms: z.number(),
    status: z.enum(['healthy', 'warning', 'critical']),
    metrics: SystemMetrics,
    issues: z.array(IssueReport),
    actions_taken: z.array(ActionReport),
  })
  .meta({ id: 'Inspection' })
export type Inspection = z.infer<typeof Inspection>

/** Why the spool could not do what it was asked. `full`: its own bound; `disk`: the disk is full or fails; `locked`: another process has it. */
export const SpoolTrouble = z.enum(['full', 'disk', 'damaged', 'locked', 'closed', 'unknown'])
export type SpoolTrouble = z.infer<typeof SpoolTrouble>

/** One process of a monitor that is several. */
const MonitorProcess = z.object({
  /** Of its start. */
  id: z.string(),
  /** By which the others reach it. */
  address: z.string(),
  started_at: IsoTime,
  /** It does what must be done once. */
  leads: z.boolean(),
})

const Count = z.number().int().min(0)

/** How the monitor of a node does. */
export const MonitorStatus = z
  .object({
    database: z.object({
      /** Run by this node, or the one in the config. */
      kind: z.enum(['own', 'external']),
      answers: z.boolean(),
      answer_ms: z.number().nullable(),
      size_bytes: Count.nullable(),
    }),
    model: z.object({
      configured: z.boolean(),
      name: z.string().nullable(),
      /** `left_alone`: it failed so often that it is not asked for a while; `on_trial`: the next question finds out. */
      state: z.enum(['none', 'ready', 'on_trial', 'left_alone']),
      in_flight: Count,
      queued: Count,
      used_in_last_hour: Count,
      budget_per_hour: z.number(),
    }),
    /** Null while the database does not answer. */
    queues: z
      .object({
        decisions_pending: Count,
        notices_waiting: Count,
        oldest_notice_at: IsoTime.nullable(),
        notices_failed_last_day: Count,
        /** What waits until a node below can be reached. */
        commands_waiting: Count,
      })
      .nullable(),
    /** The processes of this monitor that run, the one that answers first; null when it is no more than one. */
    processes: z.array(MonitorProcess).nullable(),
  })
  .meta({ id: 'MonitorStatus' })
export type MonitorStatus = z.infer<typeof MonitorStatus>

/** `GET /api/v1/self`: what this node is and how it stands with its parent. */
export const SelfStatus = z
  .object({
    agent_id: AgentId,
    name: z.string(),
    node_uid: z.string(),
    version: z.string(),
    parts: z.array(z.enum(['probe', 'monitor', 'upstream'])),
    started_at: IsoTime,
    uptime_seconds: z.number(),
    lineage: z.array(AgentId),
    parent: z
      .object({
        agent_id: AgentId.nullable(),
        url: z.string().nullable(),
        link: z.enum(['connected', 'connecting', 'disconnected']),
        connected_since: IsoTime.nullable(),
        last_error: z.string().nullable(),
      })
      .nullable(),
    spool: z
      .object({
        depth: z.number().int(),
        bytes: z.number().int(),
        oldest_at: IsoTime.nullable(),
        /** Why the newest report could not be written to disk, and is kept in memory alone; null: it could. */
        trouble: SpoolTrouble.nullable().default(null),
      })
      .nullable(),
    last_inspection: Inspection.nullable(),
    /** Absent on a node without a monitor. */
    monitor: MonitorStatus.optional(),
  })
  .meta({ id: 'SelfStatus' })
export type SelfStatus = z.infer<typeof SelfStatus>

/** Body of `POST /self/inspect`: this node, or on a monitor one of the nodes below it. */
export const InspectRequest = z.object({ agent_id: AgentId.optional() }).meta({ id: 'InspectRequest' })
