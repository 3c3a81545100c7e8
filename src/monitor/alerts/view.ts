import type { z } from 'zod'
import type { Alert } from '../../contract/alerts.ts'
import type { AlertRecord } from '../../contract/better-monitor/alert-records.ts'
import type { Events } from '../../contract/events.ts'
import type { RolledAlert } from '../../contract/rollup.ts'
import { isoOrNull } from '../../lib/time.ts'
import type { AlertRow } from './alerts.store.ts'

/** An alert as the API shows it (spec: 告警管理接口 10, 11). */
export function alertView(
  found: { row: AlertRow; agentId: string; agentName: string },
  silencedBy: number[],
): z.infer<typeof Alert> {
  const { row } = found
  return {
    alert_id: row.id,
    agent_id: found.agentId,
    agent_name: found.agentName,
    level: row.level,
    type: row.type,
    subject: row.subject,
    description: row.description,
    severity: row.severity,
    status: row.status,
    details: row.details,
    created_at: row.createdAt.toISOString(),
    acknowledged_at: isoOrNull(row.acknowledgedAt),
    acknowledged_by: row.acknowledgedBy,
    resolved_at: isoOrNull(row.resolvedAt),
    resolved_by: row.resolvedBy,
    notes: row.notes,
    occurrences: row.occurrences,
    last_seen_at: row.lastSeenAt.toISOString(),
    origin: row.origin,
    value: row.value,
    threshold: row.threshold,
    notified_at: isoOrNull(row.notifiedAt),
    silenced_by: silencedBy,
    task_id: row.taskId,
    on_behalf_of: row.onBehalfOf,
  }
}

/** The same as Better Monitor shows it (rulings: alerts). */
export function alertRecord({
  row,
  agentId,
  agentName,
}: {
  row: AlertRow
  agentId: string
  agentName: string
}): AlertRecord {
  return {
    id: row.id,
    server_id: row.nodeId,
    server_name: agentName,
    agent_id: agentId,
    alert_type: row.type,
    subject: row.subject,
    description: row.description,
    severity: row.severity,
    status: row.status,
    value: row.value,
    threshold: row.threshold,
    resolved: row.status === 'resolved',
    resolved_at: isoOrNull(row.resolvedAt),
    notified_at: isoOrNull(row.notifiedAt),
    created_at: row.createdAt.toISOString(),
  }
}

/** An alert as it travels up the tree. */
export function rolledAlert(row: AlertRow, agentId: string): RolledAlert {
  return {
    kind: 'alert',
    uid: row.uid,
    agent_id: agentId,
    level: row.level,
    type: row.type,
    subject: row.subject,
    description: row.description,
    severity: row.severity,
    status: row.status,
    details: row.details,
    origin: row.origin,
    occurrences: row.occurrences,
    created_at: row.createdAt.toISOString(),
    last_seen_at: row.lastSeenAt.toISOString(),
    acknowledged_at: isoOrNull(row.acknowledgedAt),
    acknowledged_by: row.acknowledgedBy,
    resolved_at: isoOrNull(row.resolvedAt),
    resolved_by: row.resolvedBy,
    notes: row.notes,
    value: row.value,
    threshold: row.threshold,
  }
}

/** A new alert as it is told on the socket (spec: WebSocket 事件 3). */
export function newAlertEvent(row: AlertRow, agentId: string): Events['new_alert'] {
  return {
    alert_id: row.id,
    agent_id: agentId,
    level: row.level,
    type: row.type,
    severity: row.severity,
    description: row.description,
  }
}
