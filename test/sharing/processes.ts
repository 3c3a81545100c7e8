import { randomUUID } from 'node:crypto'
import { type Database, openDatabase } from '../../src/db/open.ts'
import type { MonitorEvents } from '../../src/monitor/changes/events.ts'
import { createUnits, type Units } from '../../src/monitor/changes/units.ts'
import { openSharing, type Sharing } from '../../src/monitor/sharing/sharing.ts'
import { type Bus, createBus } from '../../src/platform/bus.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createTestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'

const logger = createLogger({ level: 'fatal', write: () => undefined })

/** One of several processes of a monitor, as far as they share what they know: connections, bus and units of its own. */
export interface Process {
  id: string
  database: Database
  bus: Bus<MonitorEvents>
  units: Units
  sharing: Sharing
  /** What was told on its bus of the node: `new_alert`s by their number, and `events_missed`, in order. */
  heard: Array<number | 'missed'>
  stop(): Promise<void>
}

/** A database and as many processes over it as are asked for. */
export async function startProcesses() {
  const scratch = await createTestDatabase()
  const own = await openDatabase({ url: scratch.url, logger: quiet, max: 4, rawMax: 2 })
  const running: Process[] = []

  async function start(): Promise<Process> {
    const database = await openDatabase({ url: scratch.url, logger: quiet, max: 4, rawMax: 2 })
    const bus = createBus<MonitorEvents>({ logger })
    const id = randomUUID()
    const sharing = await openSharing({ database, replicaId: id, bus, logger })
    const heard: Process['heard'] = []
    bus.on('new_alert', ({ alert_id }) => heard.push(alert_id))
    bus.on('events_missed', () => heard.push('missed'))
    const process: Process = {
      id,
      database,
      bus,
      units: createUnits({ database, bus, keep: sharing.keep }),
      sharing,
      heard,
      async stop() {
        await sharing.close()
        await database.close()
      },
    }
    running.push(process)
    return process
  }

  return {
    sql: own.sql,
    start,
    /** Ends every connection on which somebody listens, as a broken network does. Answers how many. */
    async cutListeners(): Promise<number> {
      const cut = await own.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query ilike 'listen %' and pid <> pg_backend_pid()`
      return cut.length
    },
    async close(): Promise<void> {
      for (const process of running) await process.stop()
      await own.close()
      await scratch.drop()
    },
  }
}
export type Processes = Awaited<ReturnType<typeof startProcesses>>

/** An event whose number is all that matters. */
export const alertNumber = (alert_id: number) =>
  ({ alert_id, agent_id: 'a', level: 'L3', type: 't', severity: 'high', description: '' }) as const
