import type { RolledAlert } from '../../contract/rollup.ts'
import type { Unit } from '../changes/units.ts'
import { dateOrNull } from '../../lib/time.ts'
import { taskOf, writeIntents } from '../intents/intents.store.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'
import { alertByUid, type AlertRow, openAlertOf, putAlertCopy, resolveRow } from './alerts.store.ts'
import { isMoreSevere, isStatusAhead } from './merge.ts'
import { newAlertEvent } from './view.ts'

/**
 * Takes in the state of an alert that a monitor below owns. What people did here is not undone by an older state from
 * below; news are told and go further up. Returns nothing: the same state twice changes nothing.
 */
export async function takeAlertCopy(unit: Unit, node: NodeRow, rolled: RolledAlert, now: Date): Promise<void> {
  const local = await alertByUid(unit.tx, rolled.uid)
  if (local && isSame(local, rolled)) return
  const older = rolled.status === 'resolved' ? null : await openAlertOf(unit.tx, node.id, rolled.type, rolled.subject)
  if (older && older.uid !== rolled.uid) {
    // The owner has begun anew (its data was lost, or the resolve has not come by): one fault has one open alert.
    await resolveRow(unit.tx, older.id, { by: 'system', at: now, notes: null, onBehalfOf: null })
    unit.changed('alert', older.id)
  }
  const keepsOurs = local !== null && isStatusAhead(local.status, rolled.status)
  const taskId = local?.taskId ?? (await taskOf(unit.tx, node.id, rolled.type, rolled.subject))
  const row = await putAlertCopy(unit.tx, {
    uid: rolled.uid,
    nodeId: node.id,
    level: rolled.level,
    type: rolled.type,
    subject: rolled.subject,
    description: rolled.description,
    severity: rolled.severity,
    status: keepsOurs ? local.status : rolled.status,
    details: rolled.details,
    origin: rolled.origin,
    occurrences: Math.max(rolled.occurrences, local?.occurrences ?? 1),
    taskId,
    createdAt: new Date(rolled.created_at),
    lastSeenAt: new Date(rolled.last_seen_at),
    acknowledgedAt: local?.acknowledgedAt ?? dateOrNull(rolled.acknowledged_at),
    acknowledgedBy: local?.acknowledgedBy ?? rolled.acknowledged_by,
    resolvedAt: local?.resolvedAt ?? dateOrNull(rolled.resolved_at),
    resolvedBy: local?.resolvedBy ?? rolled.resolved_by,
    notes: keepsOurs ? local.notes : (rolled.notes ?? local?.notes ?? null),
  })
  unit.changed('alert', row.id)
  await tell(unit, node, local, row, now)
}

async function tell(unit: Unit, node: NodeRow, before: AlertRow | null, row: AlertRow, now: Date): Promise<void> {
  const isNews = before === null && row.status !== 'resolved'
  if (isNews || (before !== null && isMoreSevere(row.severity, before.severity))) unit.urgent()
  if (isNews) {
    unit.emit('new_alert', newAlertEvent(row, node.agentId))
    await writeIntents(unit.tx, [
      {
        nodeId: node.id,
        taskId: row.taskId,
        type: 'blocker',
        data: `${row.level} alert for ${node.agentId}: ${row.type} - ${row.description}`,
        at: now,
      },
    ])
  } else if (before !== null && (before.status !== row.status || before.severity !== row.severity)) {
    unit.emit('alert_updated', { alert_id: row.id, agent_id: node.agentId, status: row.status, severity: row.severity })
  }
}

function isSame(local: AlertRow, rolled: RolledAlert): boolean {
  return (
    local.status === rolled.status &&
    local.severity === rolled.severity &&
    local.occurrences === rolled.occurrences &&
    local.notes === rolled.notes &&
    local.description === rolled.description
  )
}
