import { z } from 'zod'
import {
  AgentId,
  HealthStatus,
  IsoTime,
  IssueLevel,
  JsonObject,
  NodeRole,
  NodeStatus,
  ReportStatus,
  Severity,
  paging,
  wholeNumber,
} from './common.ts'
import { AlertStatus, DecisionStatus } from './rollup.ts'

/** Body of `POST /api/v1/cluster/register` (spec: 集群管理接口 6). */
export const Registration = z
  .object({
    agent_id: AgentId,
    name: z.string().min(1).max(256),
    metadata: JsonObject.default({}),
    registration_token: z.string().min(1).max(512),
    /** Random, made at the node's first start, kept in its data dir: tells a clone from the node itself. */
    node_uid: z.string().min(8).max(128).optional(),
    role: NodeRole.default('probe'),
    version: z.string().max(64).optional(),
    /** How often this node has attached to a parent; rises by one with every move. */
    generation: z.number().int().min(0).default(0),
  })
  .meta({ id: 'Registration' })
export type Registration = z.infer<typeof Registration>

export const RegistrationReceipt = z
  .object({
    agent_id: AgentId,
    api_key: z.string(),
    upstream_monitor_url: z.string(),
    registered_at: IsoTime,
    parent: AgentId,
    /** agent_ids from the parent up to the root. */
    lineage: z.array(AgentId),
    /** The claim as it counts from now on; at least the one that was sent. */
    generation: z.number().int().min(0).default(0),
  })
  .meta({ id: 'RegistrationReceipt' })
export type RegistrationReceipt = z.infer<typeof RegistrationReceipt>

/** `GET /cluster/join`: how another host joins this monitor. Whoever has the token can join nodes. */
export const JoinCommand = z
  .object({ url: z.string(), registration_token: z.string(), command: z.string() })
  .meta({ id: 'JoinCommand' })

const IssueCounts = z
  .object({ L1: z.number().int(), L2: z.number().int(), L3: z.number().int() })
  .meta({ id: 'IssueCounts' })

export const NodeListItem = z
  .object({
    agent_id: AgentId,
    /** The same node's number among the servers of Better Monitor: `/api/servers/{server_id}/…`. */
    server_id: z.number().int(),
    name: z.string(),
    role: NodeRole,
    version: z.string().nullable(),
    status: NodeStatus,
    health_status: HealthStatus,
    last_heartbeat: IsoTime.nullable(),
    issues_count: IssueCounts,
    metrics: JsonObject.nullable(),
    parent_id: AgentId.nullable(),
    /** agent_ids from this monitor down to the node, both included. */
    path: z.array(AgentId),
    depth: z.number().int(),
    stale_since: IsoTime.nullable(),
  })
  .meta({ id: 'NodeListItem' })
export type NodeListItem = z.infer<typeof NodeListItem>

const NodeSort = z.enum([
  'agent_id',
  '-agent_id',
  'name',
  '-name',
  'status',
  '-status',
  'health',
  '-health',
  'last_heartbeat',
  '-last_heartbeat',
  'depth',
  '-depth',
])

export const NodeQuery = z.object({
  status: NodeStatus.optional(),
  health: HealthStatus.optional(),
  parent: AgentId.optional(),
  depth: wholeNumber(0, 64).optional(),
  q: z.string().max(256).optional(),
  sort: NodeSort.default('agent_id'),
  ...paging(1000),
})
export type NodeQuery = z.infer<typeof NodeQuery>

export const NodeList = z
  .object({
    total: z.number().int(),
    online: z.number().int(),
    offline: z.number().int(),
    unreachable: z.number().int(),
    unknown: z.number().int(),
    limit: z.number().int(),
    offset: z.number().int(),
    nodes: z.array(NodeListItem),
  })
  .meta({ id: 'NodeList' })

const ReportSummary = z.object({
  report_id: z.number().int(),
  timestamp: IsoTime,
  status: ReportStatus,
  metrics: JsonObject,
})
const NodeEvent = z.object({
  event_id: z.number().int(),
  type: z.string(),
  description: z.string(),
  timestamp: IsoTime,
})
const MetricsSummary = z.object({
  avg_cpu: z.number().nullable(),
  avg_memory: z.number().nullable(),
  avg_disk: z.number().nullable(),
  uptime_percentage: z.number().nullable(),
})

/** What was wrong in the node's last report. */
const SeenIssue = z.object({
  level: IssueLevel,
  type: z.string(),
  subject: z.string().nullable(),
  description: z.string(),
  severity: Severity,
  timestamp: IsoTime,
})
/** What the node did by itself, or was allowed to do. */
const TakenAction = z.object({
  level: z.enum(['L1', 'L2']),
  action: z.string(),
  result: z.enum(['success', 'failed', 'partial']),
  details: z.string(),
  timestamp: IsoTime,
})

/** What only the monitor that a node reports to holds; fetched from it through the tree. */
export const NodeHistory = z.object({
  recent_reports: z.array(ReportSummary),
  events: z.array(NodeEvent),
  metrics_summary: MetricsSummary,
  /** A monitor of an older version does not send these two. */
  issues: z.array(SeenIssue).default([]),
  actions: z.array(TakenAction).default([]),
})
export type NodeHistory = z.infer<typeof NodeHistory>

export const NodeDetail = z
  .object({
    agent: NodeListItem.extend({
      metadata: JsonObject,
      upstream_monitor_url: z.string().nullable(),
      created_at: IsoTime,
      updated_at: IsoTime,
    }),
    ...NodeHistory.shape,
    decisions: z.array(
      z.object({
        decision_id: z.number().int(),
        issue_type: z.string(),
        status: DecisionStatus,
        reason: z.string(),
        proposed_action: z.string(),
        created_at: IsoTime,
      }),
    ),
    alerts: z.array(
      z.object({
        alert_id: z.number().int(),
        level: IssueLevel,
        type: z.string(),
        status: AlertStatus,
        created_at: IsoTime,
      }),
    ),
    /** The owner of the history is out of reach: what is shown is what this monitor holds. */
    stale: z.boolean(),
    stale_since: IsoTime.nullable(),
    stale_reason: z.string().nullable(),
  })
  .meta({ id: 'NodeDetail' })

export const SubtreeCounts = z.object({
  total: z.number().int(),
  online: z.number().int(),
  offline: z.number().int(),
  unreachable: z.number().int(),
  unknown: z.number().int(),
  healthy: z.number().int(),
  warning: z.number().int(),
  critical: z.number().int(),
})
export type SubtreeCounts = z.infer<typeof SubtreeCounts>

export interface TopologyNode {
  agent_id: string
  name: string
  level: number
  role: NodeRole
  status: NodeStatus
  health_status: HealthStatus
  /** Of the nodes below, this one not included; on monitors only. */
  counts?: SubtreeCounts | undefined
  children: TopologyNode[]
}
export const TopologyNode: z.ZodType<TopologyNode> = z
  .object({
    agent_id: z.string(),
    name: z.string(),
    level: z.number().int(),
    role: NodeRole,
    status: NodeStatus,
    health_status: HealthStatus,
    counts: SubtreeCounts.optional(),
    get children() {
      return z.array(TopologyNode)
    },
  })
  .meta({ id: 'TopologyNode' })

export const TopologyQuery = z.object({
  depth: wholeNumber(0, 64).optional(),
  root: AgentId.optional(),
})
export const Topology = z
  .object({ root: TopologyNode, total_nodes: z.number().int(), max_depth: z.number().int() })
  .meta({ id: 'Topology' })
