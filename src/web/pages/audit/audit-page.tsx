import type { PageProps } from '../../routes/tabs.ts'
import { HostAudit } from './host-audit.tsx'
import { MonitorAudit } from './monitor-audit.tsx'

/** Who did what: of the whole tree the log of this monitor, of one node the log that it keeps of itself. */
export function AuditPage({ agentId }: PageProps) {
  return agentId === null ? <MonitorAudit /> : <HostAudit agentId={agentId} />
}
