import type { OpenAPIHono } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
import { accountsSection } from '../api/better-monitor/accounts.ts'
import { alertRecordsSection } from '../api/better-monitor/alert-records.ts'
import { alertSettingsSection } from '../api/better-monitor/alert-settings.ts'
import { channelsSection } from '../api/better-monitor/channels.ts'
import { dockerSection } from '../api/better-monitor/docker.ts'
import { jobsSection } from '../api/better-monitor/jobs.ts'
import { nginxSection } from '../api/better-monitor/nginx.ts'
import { nginxSitesSection } from '../api/better-monitor/nginx-sites.ts'
import { filesSection } from '../api/better-monitor/files.ts'
import { monitorDataSection } from '../api/better-monitor/monitor-data.ts'
import { capabilitiesSection } from '../api/better-monitor/capabilities.ts'
import { processesSection } from '../api/better-monitor/processes.ts'
import { serversSection } from '../api/better-monitor/servers.ts'
import { publicServersSection } from '../api/better-monitor/public-servers.ts'
import { releasesSection } from '../api/better-monitor/releases.ts'
import { settingsSection } from '../api/better-monitor/settings.ts'
import { systemSection } from '../api/better-monitor/system.ts'
import { terminalsSection } from '../api/better-monitor/terminals.ts'
import type { ApiEnv } from '../api/http/api-env.ts'
import { readServersNow } from '../monitor/realtime/server-now.ts'
import { buildInfo } from '../platform/version.ts'
import type { Monitor } from './monitor-part.ts'

/** The sections of Better Monitor, all under /api. */
export function betterMonitorSections(monitor: Monitor): OpenAPIHono<ApiEnv>[] {
  const { sessions, users, settings, servers, keys, registration, reports, operations, holders, views } = monitor
  return [
    accountsSection({ sessions, users, settings }),
    serversSection({ servers, keys, isRegistrationToken: (text) => registration.isToken(text) }),
    monitorDataSection({ reports, servers, operations, views, clock: Date.now }),
    filesSection({ operations, tickets: monitor.tickets }),
    capabilitiesSection({ operations }),
    processesSection({ operations }),
    dockerSection({ operations }),
    nginxSection({ operations }),
    nginxSitesSection({ operations }),
    jobsSection({ operations }),
    terminalsSection({ operations, holders, selfId: monitor.self.agentId }),
    alertSettingsSection({ rules: monitor.rules.rules }),
    alertRecordsSection({ handling: monitor.alertHandling }),
    releasesSection({ releases: monitor.releases, rollouts: monitor.rollouts, publicUrl: monitor.publicUrl }),
    channelsSection({ channels: monitor.channels, channelTrial: monitor.channelTrial }),
    settingsSection({ settings }),
    publicServersSection({ settings, serversNow: (page) => readServersNow(monitor.database.db, page) }),
    systemSection({
      build: buildInfo(),
      healthy: () => monitor.healthy(),
      activeAgents: () => activeAgents(monitor),
      clock: Date.now,
    }),
  ]
}

async function activeAgents(monitor: Monitor): Promise<number> {
  const [row] = await monitor.database.db.execute<{ count: number }>(sql`
    select count(*)::int as count from nodes n join node_states s on s.node_id = n.id
    where n.deleted_at is null and s.status = 'online' and s.last_seen_at is not null`)
  return row?.count ?? 0
}
