import { isDeepStrictEqual } from 'node:util'
import type { RolledAlert } from '../../contract/rollup.ts'
import type { Unit } from '../changes/units.ts'
import { dateOrNull, isoOrNull } from '../../lib/time.ts'
import type { Commands } from '../commands/commands.service.ts'
import { taskOf, writeIntents } from '../intents/intents.store.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'
import { alertByUid, type AlertRow, openAlertOf, putAlertCopy, resolveRow } from './alerts.store.ts'
import { isMoreSevere, isStatusAhead } from './merge.ts'
import { ownerPath } from './owner-path.ts'
import { newAlertEvent } from './view.ts'

/**
 * Takes in the state of an alert that a monitor below owns. Where both are as far, the owner's word counts, so that acts
 * at several levels end in one state; what people did here is not undone by an older state from below: the owner is told
 * again. News are told and go further up. Returns nothing: the same state twice changes nothing.
 */
export async function takeAlertCopy(
  commands: Commands,
  unit: Unit,
  node: NodeRow,
  rolled: RolledAlert,
  now: Date,
): Promise<void> {
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
    details: rolled.details,
    origin: rolled.origin,
    occurrences: rolled.occurrences,
    value: rolled.value,
    threshold: rolled.threshold,
    taskId,
    createdAt: new Date(rolled.created_at),
    lastSeenAt: new Date(rolled.last_seen_at),
    ...(keepsOurs ? handlingOf(local) : handlingAbove(rolled)),
  })
  if (keepsOurs && local) await tellOwner(commands, unit, node, local)
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

/** What was done about an alert, as a row has it. */
function handlingOf({ status, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy, notes }: AlertRow) {
  return { status, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy, notes }
}

function handlingAbove(rolled: RolledAlert): ReturnType<typeof handlingOf> {
  return {
    status: rolled.status,
    acknowledgedAt: dateOrNull(rolled.acknowledged_at),
    acknowledgedBy: rolled.acknowledged_by,
    resolvedAt: dateOrNull(rolled.resolved_at),
    resolvedBy: rolled.resolved_by,
    notes: rolled.notes,
  }
}

/** The owner is behind: our people's act is still on its way, or the owner's data is older than that. A repeat does nothing. */
async function tellOwner(commands: Commands, unit: Unit, node: NodeRow, ours: AlertRow): Promise<void> {
  const resolved = ours.status === 'resolved'
  const at = resolved ? ours.resolvedAt : ours.acknowledgedAt
  const by = resolved ? ours.resolvedBy : ours.acknowledgedBy
  const handled = { uid: ours.uid, status: ours.status, by: by ?? '', at: isoOrNull(at), notes: ours.notes }
  await commands.send(unit, ownerPath(node), 'alert.handle', handled)
}

function isSame(local: AlertRow, rolled: RolledAlert): boolean {
  return (
    local.severity === rolled.severity &&
    local.occurrences === rolled.occurrences &&
    local.description === rolled.description &&
    isDeepStrictEqual(handlingOf(local), handlingAbove(rolled))
  )
}
