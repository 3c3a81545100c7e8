import { randomUUID } from 'node:crypto'
import { createAlerting } from '../monitor/alerting/alerting.service.ts'
import { limitsOf } from '../monitor/alerting/limits.ts'
import { createSilences } from '../monitor/silences/silences.service.ts'
import type { Config } from '../platform/config/schema.ts'
import { buildNotifications } from './notifications-part.ts'

type NotificationParts = Omit<Parameters<typeof buildNotifications>[0], 'config' | 'isStillTrue'>

/** Who is told of which alert, when, and how: silences, channels, the outbox and what decides. */
export async function buildTelling(parts: NotificationParts & { config: Config }) {
  const { config, database, units, settings, clock } = parts
  const selfId = config.node.id
  const silences = createSilences({ database, units, selfId, clock, newId: randomUUID })
  const notifications = await buildNotifications({
    ...parts,
    config: config.notifications,
    isStillTrue: (notice) => alerting.isStillTrue(notice),
  })
  const alerting = createAlerting({
    database,
    units,
    silences,
    ...notifications,
    siteTitle: async () => (await settings.read()).site_title,
    selfId,
    limits: limitsOf(config.alerting),
    clock,
  })
  return { silences, alerting, ...notifications }
}
