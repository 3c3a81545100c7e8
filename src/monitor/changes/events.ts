import type { AuditLogName } from '../../contract/audit.ts'
import type { Settings } from '../../contract/better-monitor/settings.ts'
import type { JsonObject } from '../../contract/common.ts'
import type { Events } from '../../contract/events.ts'
import type { ChannelType, DeliveryState } from '../../contract/notifications.ts'
import type { DecidedBy, DecisionStatus } from '../../contract/rollup.ts'

/** What the parts of a monitor tell each other: everything `/ws` pushes, and what only concerns the inside. */
export type MonitorEvents = Events & {
  /** Something changed that every ancestor holds a copy of; `urgent` must reach the root at once. */
  feed_moved: { urgent: boolean }
  /** Keys were revoked, or their node was deleted: whoever speaks with them is cut off. */
  keys_revoked: { agent_id: string; key_ids: number[] }
  /** A user's role, password or state changed: tokens issued before are void. */
  user_changed: { user_id: number }
  /** A node was given to somebody else, or to nobody. */
  owner_changed: { agent_id: string }
  /** A decision got its status here; what is measured of it. */
  decision_settled: { status: DecisionStatus; decided_by: DecidedBy | null; took_ms: number }
  /** A report was stored or was known already; what is measured of it. */
  report_taken: { result: 'accepted' | 'duplicate'; levels: string[] }
  /** A silence was made, changed, ended, or came from above. */
  silences_changed: { by: string }
  /** A direct child has opened its link. */
  child_linked: { agent_id: string }
  /** Alert rules were made, changed, deleted or handed down. */
  rules_changed: Record<string, never>
  /** A node that reports here has measured its host. */
  measured: { agent_id: string; at: string; metrics: JsonObject }
  /** An operation that was asked for here has become a job of that node. */
  job_started: { agent_id: string; job_id: string }
  /** Settings of the site were given these values. */
  settings_changed: Partial<Settings>
  /** A child said that one of its logs ends elsewhere now. */
  audit_head_moved: { node_id: number; log: AuditLogName; seq: number; hash: string }
  /** Commands wait for this direct child. */
  commands_queued: { next_hop: string }
  /** A notice waits in the outbox. */
  notices_queued: Record<string, never>
  /** Other processes of this monitor told something that this one cannot learn any more: what it remembers may be wrong. */
  events_missed: Record<string, never>
  /** An attempt to send a notice came to its end; `pending`: it is tried again. */
  notice_settled: { channel_type: ChannelType; state: DeliveryState; reason: string | null }
}
