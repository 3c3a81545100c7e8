import { z } from 'zod'
import type { AckResult, AlertAction, ResolveResult } from '../../contract/alerts.ts'
import type { Database } from '../../db/open.ts'
import { appendAudit } from '../audit/audit.store.ts'
import { type Actor, actorName } from '../auth/actor.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import type { Unit, Units } from '../changes/units.ts'
import type { Commands } from '../commands/commands.service.ts'
import { closeTask, writeIntents } from '../intents/intents.store.ts'
import { alreadyAcknowledged, alreadyResolved, alertNotFound } from './alerts.errors.ts'
import {
  acknowledgeRow,
  alertById,
  alertByUid,
  type AlertFilter,
  type AlertRow,
  type FoundAlert,
  listAlerts,
  resolveRow,
} from './alerts.store.ts'
import { isStatusAhead } from './merge.ts'
import { ownerPath } from './owner-path.ts'
import type { Silences } from '../silences/silences.service.ts'
import { alertRecord, alertView } from './view.ts'

const Handled = z.object({
  uid: z.string(),
  status: z.enum(['acknowledged', 'resolved']),
  by: z.string(),
  at: z.iso.datetime(),
  notes: z.string().nullable(),
})
type Handled = z.infer<typeof Handled>

/** What people do with alerts, here or at an ancestor (spec: 告警管理接口 10–13). */
export function createAlertHandling(parts: {
  database: Database
  units: Units
  commands: Commands
  silences: Pick<Silences, 'silencedBy'>
  clock: () => number
}) {
  const { database, units, commands, silences, clock } = parts

  async function settle(
    unit: Unit,
    row: AlertRow,
    agentId: string,
    handled: Handled,
    onBehalfOf: string | null,
  ): Promise<AlertRow | null> {
    const at = new Date(handled.at)
    const set = { by: handled.by, at, notes: handled.notes, onBehalfOf }
    const settled = await (handled.status === 'acknowledged' ? acknowledgeRow : resolveRow)(unit.tx, row.id, set)
    if (!settled) return null
    if (handled.status === 'resolved' && settled.taskId !== null) await closeTask(unit.tx, settled.taskId, at)
    await writeIntents(unit.tx, [
      {
        nodeId: row.nodeId,
        taskId: row.taskId,
        type: 'milestone',
        data: `Alert ${handled.status} on ${agentId}: ${row.type}`,
        actor: handled.by,
        at,
      },
    ])
    unit.changed('alert', row.id)
    unit.emit('alert_updated', {
      alert_id: row.id,
      agent_id: agentId,
      status: settled.status,
      severity: settled.severity,
    })
    return settled
  }

  async function visible(actor: Actor, id: number) {
    const found = await alertById(database.db, id)
    if (!found || !isVisible(visibilityOf(actor), found)) throw alertNotFound(id)
    return found
  }

  async function act(
    actor: Actor,
    id: number,
    status: Handled['status'],
    body: z.infer<typeof AlertAction>,
  ): Promise<Handled> {
    const found = await visible(actor, id)
    return await units.run(async (unit) => {
      const by = actorName(actor)
      const handled: Handled = {
        uid: found.row.uid,
        status,
        by,
        at: new Date(clock()).toISOString(),
        notes: body.notes ?? null,
      }
      const settled = await settle(unit, found.row, found.agentId, handled, body.user ?? null)
      if (!settled) {
        const now = await alertByUid(unit.tx, found.row.uid)
        if (now?.status === 'resolved') throw alreadyResolved(id, now.resolvedBy)
        throw alreadyAcknowledged(id, now?.acknowledgedBy ?? null)
      }
      await appendAudit(unit.tx, {
        actor,
        action: status === 'acknowledged' ? 'alert.acknowledge' : 'alert.resolve',
        target: found.agentId,
        details: { alert: found.row.uid, notes: body.notes ?? null, on_behalf_of: body.user ?? null },
      })
      await commands.send(unit, ownerPath(found), 'alert.handle', handled)
      return handled
    })
  }

  /** As the API shows them, with what keeps them quiet now. */
  async function views(found: ReadonlyArray<Pick<FoundAlert, 'row' | 'agentId' | 'agentName' | 'path'>>) {
    const open = found.filter(({ row }) => row.status !== 'resolved')
    const silenced = await silences.silencedBy(open.map(({ row, path }) => ({ ...row, path })))
    const by = new Map(open.map(({ row }, index) => [row.id, silenced[index] ?? []]))
    return found.map((one) => alertView(one, by.get(one.row.id) ?? []))
  }

  // An ancestor's people acted: every monitor on the way to the owner follows, unless somebody here was further already.
  commands.handle('alert.handle', async (unit, payload) => {
    const handled = Handled.parse(payload)
    const row = await alertByUid(unit.tx, handled.uid)
    if (!row || !isStatusAhead(handled.status, row.status)) return
    const found = await alertById(unit.tx, row.id)
    const settled = found && (await settle(unit, row, found.agentId, handled, null))
    if (!settled) return
    await appendAudit(unit.tx, {
      actor: { kind: 'user', username: handled.by },
      action: handled.status === 'acknowledged' ? 'alert.acknowledge' : 'alert.resolve',
      target: found.agentId,
      details: { alert: handled.uid, from_above: true },
    })
  })

  return {
    /** Alerts the actor may see, newest first. */
    async list(actor: Actor, filter: Omit<AlertFilter, 'visibility'>) {
      const { rows, total } = await listAlerts(database.db, { ...filter, visibility: visibilityOf(actor) })
      return { total, limit: filter.limit, offset: filter.offset, alerts: await views(rows) }
    },

    /** The same as records of Better Monitor. */
    async records(actor: Actor, filter: Omit<AlertFilter, 'visibility'>) {
      const { rows, total } = await listAlerts(database.db, { ...filter, visibility: visibilityOf(actor) })
      return { total, records: rows.map(alertRecord) }
    },

    /** One alert as a record. Throws as `get`. */
    async record(actor: Actor, id: number) {
      return alertRecord(await visible(actor, id))
    },

    /** One alert. Throws NOT_FOUND, also for one that the actor may not see. */
    async get(actor: Actor, id: number) {
      const [view] = await views([await visible(actor, id)])
      if (!view) throw alertNotFound(id)
      return view
    },

    /** Marks an alert as known. Throws CONFLICT when it is no longer new. */
    async acknowledge(actor: Actor, id: number, body: z.infer<typeof AlertAction>): Promise<z.infer<typeof AckResult>> {
      const { at, by } = await act(actor, id, 'acknowledged', body)
      return { alert_id: id, status: 'acknowledged', acknowledged_at: at, acknowledged_by: by }
    },

    /** Ends an alert. Throws CONFLICT when it has ended. */
    async resolve(actor: Actor, id: number, body: z.infer<typeof AlertAction>): Promise<z.infer<typeof ResolveResult>> {
      const { at, by } = await act(actor, id, 'resolved', body)
      return { alert_id: id, status: 'resolved', resolved_at: at, resolved_by: by }
    },
  }
}
export type AlertHandling = ReturnType<typeof createAlertHandling>
