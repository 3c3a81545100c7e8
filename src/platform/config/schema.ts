import { z } from 'zod'
import { AlertingSection } from './alerting.section.ts'
import { CapabilitiesSection } from './capabilities.section.ts'
import { DockerSection, FilesSection, JobsSection, NginxSection } from './host.section.ts'
import { DecisionsSection } from './decisions.section.ts'
import { LlmSection } from './llm.section.ts'
import { DatabaseSection, MonitorSection } from './monitor.section.ts'
import { DataDirSection, LogSection, NodeSection, SecuritySection } from './node.section.ts'
import { NotificationsSection } from './notifications.section.ts'
import { ProbeSection } from './probe.section.ts'
import { ReleasesSection } from './releases.section.ts'
import { ReplicasSection } from './replicas.section.ts'
import { RateLimitsSection, ServerSection } from './server.section.ts'
import { TerminalSection } from './terminal.section.ts'
import { UpstreamSection } from './upstream.section.ts'

/** The whole configuration of a node, section by section; the keys are those of the YAML file. */
export const ConfigSchema = z.strictObject({
  node: NodeSection,
  server: ServerSection,
  data_dir: DataDirSection,
  database: DatabaseSection,
  security: SecuritySection,
  probe: ProbeSection.prefault({}).describe('Watching and repairing this host.'),
  monitor: MonitorSection,
  upstream: UpstreamSection,
  replicas: ReplicasSection,
  capabilities: CapabilitiesSection,
  terminal: TerminalSection,
  files: FilesSection,
  jobs: JobsSection,
  docker: DockerSection,
  nginx: NginxSection,
  releases: ReleasesSection,
  decisions: DecisionsSection.prefault({}).describe('How a monitor decides about L2 repairs.'),
  alerting: AlertingSection,
  llm: LlmSection.prefault({}).describe('The model that judges, through any OpenAI-compatible API.'),
  notifications: NotificationsSection,
  rate_limits: RateLimitsSection,
  log: LogSection,
})

/** The configuration as it was written, with the defaults that are the same on every host. */
export type WrittenConfig = z.infer<typeof ConfigSchema>

/** The configuration a node runs with: what depends on the host is filled in. */
export type Config = WrittenConfig & {
  node: { id: string; name: string }
  server: { host: string }
  data_dir: string
}
