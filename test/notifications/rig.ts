import { randomBytes, randomUUID } from 'node:crypto'
import type { Notice } from '../../src/contract/notifications.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { notificationChannels } from '../../src/db/schema/notifications.ts'
import { createSecretBox } from '../../src/lib/secret-box.ts'
import type { MonitorEvents } from '../../src/monitor/changes/events.ts'
import { createUnits } from '../../src/monitor/changes/units.ts'
import { createChannels } from '../../src/monitor/notifications/channels.service.ts'
import type { ChannelRow } from '../../src/monitor/notifications/channels.store.ts'
import { createOutbox } from '../../src/monitor/notifications/outbox.service.ts'
import { createBus } from '../../src/platform/bus.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createTestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'

/** An alert of a leaf, as the pipeline tells it. */
export const firing: Notice = {
  kind: 'firing',
  severity: 'critical',
  site: 'Cortex',
  scope: 'web-1',
  alerts: [
    {
      uid: 'alert-1',
      agent_id: 'web-1',
      agent_name: 'Web 1',
      path: ['root', 'web-1'],
      type: 'service_down',
      subject: 'nginx',
      severity: 'critical',
      status: 'new',
      description: 'nginx is down',
      since: '2026-11-21T03:04:05.000Z',
    },
  ],
  omitted: 0,
  at: '2026-11-21T03:05:00.000Z',
}

/** The notifications of a monitor over a database of their own. */
export async function startNotifications() {
  const scratch = await createTestDatabase()
  const database: Database = await openDatabase({ url: scratch.url, logger: quiet, max: 4, rawMax: 2 })
  const bus = createBus<MonitorEvents>({ logger: createLogger({ level: 'silent' }) })
  const units = createUnits({ database, bus })
  const time = { now: Date.parse('2026-11-21T03:05:00Z') }
  const clock = () => time.now
  const secrets = createSecretBox({ secretKey: randomBytes(32), purpose: 'test', randomBytes })
  return {
    database,
    url: scratch.url,
    sql: database.sql,
    bus,
    units,
    time,
    channels: createChannels({ database, units, secrets, clock, newId: randomUUID }),
    outbox: createOutbox({ database, clock, newId: randomUUID }),
    async addChannel(values: Partial<ChannelRow> = {}): Promise<number> {
      const at = new Date(time.now)
      const [row] = await database.db
        .insert(notificationChannels)
        .values({
          uid: randomUUID(),
          type: 'webhook',
          name: 'hook',
          enabled: true,
          config: {},
          createdAt: at,
          updatedAt: at,
          ...values,
        })
        .returning({ id: notificationChannels.id })
      return row!.id
    },
    async close(): Promise<void> {
      await database.close()
      await scratch.drop()
    },
  }
}
export type Notifications = Awaited<ReturnType<typeof startNotifications>>
