import type { Database } from '../../db/open.ts'
import { every } from '../../lib/every.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Logger } from '../../platform/logger.ts'
import type { MonitorEvents } from '../changes/events.ts'
import { eventsAfter, forgetEvents, newestEvent } from './shared-events.store.ts'
import { toldBy } from './shared-events.ts'

const pageRows = 500
/** Also without being woken, should the connection on which that comes be cut. */
const pollMs = 1_000
const tidyMs = 60_000
/** Longer than a process may be cut off from the database and still go on as if nothing had been. */
const keptS = 600
const tidiedAtOnce = 20_000

export interface Follower {
  /** There may be new events. */
  wake(): void
  close(): Promise<void>
}

/**
 * Tells on this process's own bus what the others have written, each event once and in the order of the commits, from the
 * moment this resolves. After a cut it goes on where it was; when that is forgotten already, it tells `events_missed`.
 */
export async function followEvents(parts: {
  database: Database
  /** This process, whose own events were told here already. */
  origin: string
  bus: Pick<Bus<MonitorEvents>, 'emit'>
  logger: Logger
}): Promise<Follower> {
  const { database, origin, bus, logger } = parts
  let cursor = await newestEvent(database.db)
  let failing = false

  function goOnFrom(seq: number): void {
    logger.warn({ cursor, newest: seq }, 'events of the other processes of this monitor were missed')
    cursor = seq
    bus.emit('events_missed', {})
  }

  /** One page; answers whether there may be more. */
  async function readPage(): Promise<boolean> {
    const newest = await newestEvent(database.db)
    if (newest === cursor) return false
    const rows = await eventsAfter(database.db, cursor, pageRows)
    // Without a gap, unless they were forgotten, or the database was put back to an earlier state.
    if (rows[0]?.seq !== cursor + 1) {
      goOnFrom(newest)
      return false
    }
    for (const { seq, origin: from, type, payload } of rows) {
      cursor = seq
      if (from === origin) continue
      for (const told of toldBy({ type, payload })) bus.emit(told.type, told.data)
    }
    return rows.length === pageRows
  }

  const onError = (what: string) => (err: unknown) => {
    logger[failing ? 'debug' : 'error']({ err }, what)
    failing = true
  }
  const reading = every(
    pollMs,
    async () => {
      while (await readPage());
      failing = false
    },
    onError('events of the other processes cannot be read; it is tried again'),
  )
  const tidying = every(
    tidyMs,
    () => forgetEvents(database.db, keptS, tidiedAtOnce),
    onError('old events of the processes cannot be deleted; it is tried again'),
  )
  return {
    wake: () => reading.now(),
    async close() {
      await Promise.all([reading.stop(), tidying.stop()])
    },
  }
}
