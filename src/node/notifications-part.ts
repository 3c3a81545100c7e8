import { randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '../db/open.ts'
import { createSecretBox } from '../lib/secret-box.ts'
import type { Units } from '../monitor/changes/units.ts'
import { createChannels } from '../monitor/notifications/channels.service.ts'
import { createOutbox } from '../monitor/notifications/outbox.service.ts'

/** How a monitor tells people: channels and the outbox. */
export function buildNotifications(parts: {
  database: Database
  units: Units
  secretKey: Uint8Array
  clock: () => number
}) {
  const { database, units, secretKey, clock } = parts
  const newId = randomUUID
  const secrets = createSecretBox({ secretKey, purpose: 'notification channels', randomBytes })
  return {
    channels: createChannels({ database, units, secrets, clock, newId }),
    outbox: createOutbox({ clock, newId }),
  }
}
