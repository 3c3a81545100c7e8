import { openDatabase } from '../../src/db/open.ts'
import { createAlerting } from '../../src/monitor/alerting/alerting.service.ts'
import type { MonitorEvents } from '../../src/monitor/changes/events.ts'
import { createUnits } from '../../src/monitor/changes/units.ts'
import { createOutbox } from '../../src/monitor/notifications/outbox.service.ts'
import { createSilences } from '../../src/monitor/silences/silences.service.ts'
import { createBus } from '../../src/platform/bus.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { enabledChannels } from '../../src/monitor/notifications/channels.store.ts'
import { limits } from './limits.ts'

/** A process that looks through the alerts once and kills itself: before the commit, with everything written, or right after it. */
const [url = '', when = '', now = ''] = process.argv.slice(2)
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('a killed process goes on')
}
const logger = createLogger({ level: 'silent' })
const database = await openDatabase({ url, logger })
const units = createUnits({ database, bus: createBus<MonitorEvents>({ logger }) })
const clock = () => Number(now)
const outbox = createOutbox({ database, clock, newId: () => crypto.randomUUID() })
const alerting = createAlerting({
  database,
  units: {
    run: (work) =>
      units.run(async (unit) => {
        const result = await work(unit)
        if (when === 'before') die()
        return result
      }),
  },
  silences: createSilences({ database, units, selfId: 'root', clock, newId: () => crypto.randomUUID() }),
  channels: { enabled: enabledChannels },
  outbox,
  siteTitle: async () => 'Cortex',
  selfId: 'root',
  limits,
  clock,
})
await alerting.pass()
die()
