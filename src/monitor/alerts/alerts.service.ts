import type { NodeRole } from '../../contract/common.ts'
import type { Database } from '../../db/open.ts'
import type { Unit, Units } from '../changes/units.ts'
import { closeTask, taskOf, writeIntents } from '../intents/intents.store.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'
import {
  type AlertRow,
  type Fault,
  openAlertOf,
  openAlerts,
  openAlertsOfNodes,
  resolveRow,
  upsertAlert,
} from './alerts.store.ts'
import { isMoreSevere, isOccurrenceWorthTelling } from './merge.ts'
import { newAlertEvent } from './view.ts'

/** The alert of a node that went silent; one for a whole region. Raised by the monitor that the node reports to. */
export const silenceAlert: Record<NodeRole, string> = { probe: 'node_offline', monitor: 'region_unreachable' }
/** Also a rule that says for how long a node may be away. */
const isOfParent = (row: Pick<AlertRow, 'type' | 'origin'>) =>
  Object.values(silenceAlert).includes(row.type) || (row.origin === 'rule' && row.type === 'status')

/** Who ends an alert that nobody had to end. */
const automatic = 'system'

/** Opens, counts and ends alerts of faults; people's part is in `handling.service.ts`. */
export function createAlerts(parts: { database: Database; units: Units; clock: () => number; newId: () => string }) {
  const { clock, newId } = parts

  async function end(unit: Unit, row: AlertRow, agentId: string, reason: string): Promise<void> {
    const at = new Date(clock())
    const ended = await resolveRow(unit.tx, row.id, { by: automatic, at, notes: null, onBehalfOf: null })
    if (!ended) return
    unit.changed('alert', row.id)
    if (ended.taskId !== null) await closeTask(unit.tx, ended.taskId, at)
    await writeIntents(unit.tx, [
      {
        nodeId: row.nodeId,
        taskId: ended.taskId,
        type: 'milestone',
        data: `Alert over on ${agentId}: ${row.type} (${reason})`,
        actor: automatic,
        at,
      },
    ])
    unit.emit('alert_updated', { alert_id: row.id, agent_id: agentId, status: 'resolved', severity: ended.severity })
  }

  return {
    /**
     * A fault is there: opens its alert, or counts it on the open one. A new or a more severe alert is told at once and
     * goes up the tree without waiting.
     */
    async raise(
      unit: Unit,
      fault: Fault,
      node: Pick<NodeRow, 'agentId'>,
    ): Promise<{ row: AlertRow; created: boolean }> {
      const at = new Date(clock())
      const taskId = await taskOf(unit.tx, fault.nodeId, fault.type, fault.subject)
      const { row, created, wasSeverity } = await upsertAlert(unit.tx, fault, { uid: newId(), at, taskId })
      const raised = wasSeverity !== null && isMoreSevere(row.severity, wasSeverity)
      if (created) {
        const about = fault.subject ? `${fault.type} (${fault.subject})` : fault.type
        await writeIntents(unit.tx, [
          {
            nodeId: fault.nodeId,
            taskId,
            type: 'blocker',
            data: `${fault.level} alert for ${node.agentId}: ${about} - ${fault.description}`,
            at,
          },
        ])
        unit.emit('new_alert', newAlertEvent(row, node.agentId))
      } else if (raised) {
        unit.emit('alert_updated', {
          alert_id: row.id,
          agent_id: node.agentId,
          status: row.status,
          severity: row.severity,
        })
      }
      if (created || raised) unit.urgent()
      if (created || raised || isOccurrenceWorthTelling(row.occurrences)) unit.changed('alert', row.id)
      return { row, created }
    },

    /** The fault of that type and subject is over: its open alert ends by itself. */
    async clear(
      unit: Unit,
      node: Pick<NodeRow, 'id' | 'agentId'>,
      type: string,
      subject: string,
      reason: string,
    ): Promise<void> {
      const open = await openAlertOf(unit.tx, node.id, type, subject)
      if (open) await end(unit, open, node.agentId, reason)
    },

    /** Those nodes are here no more: whatever was open about them ends. */
    async endAll(unit: Unit, nodes: ReadonlyArray<Pick<NodeRow, 'id'>>, reason: string): Promise<void> {
      const ids = nodes.map((node) => node.id)
      for (const { row, agentId } of await openAlertsOfNodes(unit.tx, ids)) await end(unit, row, agentId, reason)
    },

    /** Ends those open alerts by themselves. */
    async endThese(unit: Unit, which: ReadonlyArray<{ id: number; nodeId: number }>, reason: string): Promise<void> {
      const ids = new Set(which.map((alert) => alert.id))
      const nodeIds = [...new Set(which.map((alert) => alert.nodeId))]
      for (const { row, agentId } of await openAlertsOfNodes(unit.tx, nodeIds))
        if (ids.has(row.id)) await end(unit, row, agentId, reason)
    },

    /**
     * The node reports to another monitor now, which raises anew what is still wrong: what the old one had raised ends. A
     * monitor takes its own alerts along; only that the old one had lost it is over.
     */
    async endOfOldMonitor(unit: Unit, node: Pick<NodeRow, 'id' | 'agentId' | 'role'>): Promise<void> {
      for (const { row } of await openAlertsOfNodes(unit.tx, [node.id])) {
        if (node.role === 'probe' || isOfParent(row)) await end(unit, row, node.agentId, 'the node moved')
      }
    },

    /** A complete list of what is wrong with a node came in: open alerts from its issues that are not in it are over. */
    async keepOnly(
      unit: Unit,
      node: Pick<NodeRow, 'id' | 'agentId'>,
      present: ReadonlyArray<{ type: string; subject: string }>,
    ): Promise<void> {
      const keys = new Set(present.map((fault) => JSON.stringify([fault.type, fault.subject])))
      for (const row of await openAlerts(unit.tx, node.id, 'issue')) {
        if (!keys.has(JSON.stringify([row.type, row.subject]))) await end(unit, row, node.agentId, 'no longer reported')
      }
    },
  }
}
export type Alerts = ReturnType<typeof createAlerts>
