import type { AuditHead, AuditLogName } from '../../contract/audit.ts'
import type { Fault } from '../alerts/alerts.store.ts'
import type { BrokenProof } from './proof.ts'

/** Type of the alert that the log of a child is not the one that this monitor has seen before. */
export const rewrittenAlert = 'audit_rewritten'

/** The alert that says so, and says what else it can be. */
export function brokenLogFault(
  node: { id: number; agentId: string },
  log: AuditLogName,
  kept: AuditHead & { at: Date },
  broken: BrokenProof,
): Fault {
  const what = {
    shortened: `ends before entry ${broken.at}, which this monitor has seen`,
    rewritten: `says something else at entry ${broken.at} than what this monitor has seen`,
    unproven: `is said to end at entry ${broken.at}, before what this monitor has seen, and cannot be read`,
  }
  return {
    nodeId: node.id,
    level: 'L3',
    type: rewrittenAlert,
    subject: log,
    severity: 'critical',
    origin: 'tree',
    description: `The ${log} audit log of ${node.agentId} ${what[broken.why]}: it was rewritten or cut, or the node was restored from an older backup. From now on its present end is taken as true.`,
    details: {
      log,
      why: broken.why,
      entry: broken.at,
      kept_seq: kept.seq,
      kept_hash: kept.hash,
      kept_at: kept.at.toISOString(),
    },
  }
}
