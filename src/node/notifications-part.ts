import { randomBytes, randomUUID } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import type { Database } from '../db/open.ts'
import { createSecretBox } from '../lib/secret-box.ts'
import type { Units } from '../monitor/changes/units.ts'
import { createAddressGuard } from '../monitor/notifications/addresses.ts'
import { createChannels } from '../monitor/notifications/channels.service.ts'
import { createDelivery, type IsStillTrue } from '../monitor/notifications/delivery.service.ts'
import { createOutbox } from '../monitor/notifications/outbox.service.ts'
import { createSend } from '../monitor/notifications/send.ts'
import { createChannelTrial } from '../monitor/notifications/trial.service.ts'
import type { SiteSettings } from '../monitor/settings/settings.service.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'

/** How a monitor tells people: channels, the outbox, and what sends it. */
export async function buildNotifications(parts: {
  config: Config['notifications']
  database: Database
  units: Units
  secretKey: Uint8Array
  settings: Pick<SiteSettings, 'read'>
  isStillTrue: IsStillTrue
  lifecycle: Pick<Lifecycle, 'onStop'>
  clock: () => number
  logger: Logger
}) {
  const { config, database, units, secretKey, settings, isStillTrue, lifecycle, clock, logger } = parts
  const newId = randomUUID
  const timeoutMs = config.timeout_ms
  const secrets = createSecretBox({ secretKey, purpose: 'notification channels', randomBytes })
  const channels = createChannels({ database, units, secrets, clock, newId })
  const guard = createAddressGuard({
    allowed: config.allowed_addresses,
    lookup: (host) => lookup(host, { all: true }),
  })
  const ca = config.ca_file === undefined ? undefined : [...rootCertificates, await readFile(config.ca_file, 'utf8')]
  const delivery = createDelivery({
    database,
    units,
    configOf: (row) => channels.configOf(row),
    send: createSend({ guard, ca, timeoutMs }),
    isStillTrue,
    limits: {
      timeoutMs,
      concurrency: config.concurrency,
      maxAttempts: config.max_attempts,
      retryMinMs: config.retry_min_ms,
      retryMaxMs: config.retry_max_ms,
    },
    clock,
    random: Math.random,
    logger,
  })
  lifecycle.onStop('notices', () => delivery.stop())
  const siteTitle = async () => (await settings.read()).site_title
  return {
    channels,
    outbox: createOutbox({ database, clock, newId }),
    delivery,
    channelTrial: createChannelTrial({ units, delivery, siteTitle, timeoutMs, clock, newId }),
  }
}
