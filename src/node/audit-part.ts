import type { AuditEntriesParams, AuditLogName } from '../contract/audit.ts'
import type { Database } from '../db/open.ts'
import type { Alerts } from '../monitor/alerts/alerts.service.ts'
import { createAudit } from '../monitor/audit/audit.service.ts'
import { createHeadClaims } from '../monitor/audit-heads/claims.ts'
import { createHeadProofs } from '../monitor/audit-heads/proofs.service.ts'
import type { MonitorEvents } from '../monitor/changes/events.ts'
import type { Units } from '../monitor/changes/units.ts'
import { createHostAudits } from '../monitor/operations/host-audits.service.ts'
import type { HostReach } from '../monitor/operations/operations.service.ts'
import { createRelayedActs } from '../monitor/operations/relayed-acts.service.ts'
import type { Bus } from '../platform/bus.ts'
import type { Logger } from '../platform/logger.ts'

const proofDeadlineMs = 5_000

/** Who did what: this monitor's log, those of its hosts, and whether those of its children have only grown. */
export function buildAudit(parts: {
  database: Database
  units: Units
  bus: Bus<MonitorEvents>
  alerts: Alerts
  host: HostReach
  selfId: string
  clock: () => number
  logger: Logger
}) {
  const { database, units, bus, host, selfId, clock } = parts
  const ask = (path: readonly string[], log: AuditLogName, params: AuditEntriesParams) =>
    host.call(path, `audit.${log}_entries`, params, { deadlineMs: proofDeadlineMs })
  return {
    audit: createAudit({ database, clock }),
    hostAudits: createHostAudits({ database, reach: host }),
    relayedActs: createRelayedActs({ units, selfId }),
    headClaims: createHeadClaims({ bus, clock }),
    headProofs: createHeadProofs({ ...parts, ask }),
  }
}
