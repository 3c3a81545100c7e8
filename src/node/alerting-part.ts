import { createAlerting } from '../monitor/alerting/alerting.service.ts'
import { limitsOf } from '../monitor/alerting/limits.ts'
import type { SiteSettings } from '../monitor/settings/settings.service.ts'
import type { Config } from '../platform/config/schema.ts'

type Parts = Parameters<typeof createAlerting>[0]

/** Which channel a monitor tells of which alert. */
export function buildAlerting(
  parts: Omit<Parts, 'limits' | 'siteTitle' | 'selfId'> & { config: Config; settings: SiteSettings },
) {
  const { config, settings } = parts
  const siteTitle = async () => (await settings.read()).site_title
  return createAlerting({ ...parts, siteTitle, selfId: config.node.id, limits: limitsOf(config.alerting) })
}
