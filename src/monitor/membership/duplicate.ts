import type { Alerts } from '../alerts/alerts.service.ts'
import type { Unit } from '../changes/units.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'

/** The type of the alert of a name that two machines claim. */
export const duplicateAlert = 'duplicate_agent_id'

/** Tells people that another machine uses, or tried to use, the name of a node; `where` says how that came out. */
export async function raiseDuplicate(
  alerts: Alerts,
  unit: Unit,
  node: NodeRow,
  where: { description: string; details: Record<string, string> },
): Promise<void> {
  const fault = {
    nodeId: node.id,
    level: 'L3' as const,
    type: duplicateAlert,
    subject: node.agentId,
    severity: 'high' as const,
    origin: 'tree',
    ...where,
  }
  await alerts.raise(unit, fault, node)
}
