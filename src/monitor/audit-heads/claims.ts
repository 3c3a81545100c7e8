import type { AuditHeads, AuditLogName } from '../../contract/audit.ts'
import type { Bus } from '../../platform/bus.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { Unit } from '../changes/units.ts'
import { insertClaim } from './audit-heads.store.ts'

const logs: readonly AuditLogName[] = ['host', 'monitor']
const maxRemembered = 50_000

/**
 * Takes in where the logs of reporting nodes end. An end that is the same as before, which is nearly every report, costs
 * one look into a map.
 */
export function createHeadClaims({ bus, clock }: { bus: Bus<MonitorEvents>; clock: () => number }) {
  const last = new Map<string, string>()
  const keyOf = (nodeId: number, log: AuditLogName) => `${nodeId} ${log}`
  const valueOf = ({ seq, hash }: { seq: number; hash: string }) => `${seq} ${hash}`

  // After the commit only: what was rolled back is told again by the next report.
  bus.on('audit_head_moved', ({ node_id, log, ...head }) => {
    if (last.size >= maxRemembered) last.clear()
    last.set(keyOf(node_id, log), valueOf(head))
  })

  bus.on('events_missed', () => last.clear())

  const isNew = (nodeId: number, log: AuditLogName, head: { seq: number; hash: string }) =>
    last.get(keyOf(nodeId, log)) !== valueOf(head)

  return {
    /** Whether all of it was kept already. */
    areKnown: (nodeId: number, heads: AuditHeads): boolean =>
      logs.every((log) => {
        const head = heads[log]
        return !head || !isNew(nodeId, log, head)
      }),

    /** Keeps what is new of it, in the caller's transaction. */
    async note(unit: Unit, nodeId: number, heads: AuditHeads): Promise<void> {
      for (const log of logs) {
        const head = heads[log]
        if (!head || !isNew(nodeId, log, head)) continue
        await insertClaim(unit.tx, { nodeId, log, head, at: new Date(clock()) })
        unit.emit('audit_head_moved', { node_id: nodeId, log, ...head })
      }
    },
  }
}
export type HeadClaims = ReturnType<typeof createHeadClaims>
