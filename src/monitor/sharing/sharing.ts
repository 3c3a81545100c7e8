import { openListener } from '../../db/listener.ts'
import type { Database, Tx } from '../../db/open.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Logger } from '../../platform/logger.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { ToldEvent } from '../changes/units.ts'
import { type Broadcast, broadcastChannel, createBroadcast } from './broadcast.ts'
import { followEvents } from './follower.ts'
import { createLateEvents } from './late-events.ts'
import { isKept, isWrittenLate, written } from './shared-events.ts'
import { appendEvents, eventsChannel } from './shared-events.store.ts'

/** What several processes of one monitor know of each other's work. */
export interface Sharing {
  /** Writes what a unit of work tells for the other processes, in its transaction. */
  keep(tx: Tx, events: readonly ToldEvent[]): Promise<void>
  /** Emits on the bus of this process, and writes for the others soon after what no unit of work keeps. */
  outlet: Pick<Bus<MonitorEvents>, 'emit'>
  broadcast: Broadcast
  close(): Promise<void>
}

/** Joins the processes of this monitor: from now on everything the others tell is told on this bus too. */
export async function openSharing(parts: {
  database: Database
  /** Of this start of this process. */
  replicaId: string
  bus: Pick<Bus<MonitorEvents>, 'emit'>
  logger: Logger
}): Promise<Sharing> {
  const { database, replicaId: origin, bus, logger } = parts
  const broadcast = createBroadcast({ database, origin, logger })
  const late = createLateEvents({ write: (events) => appendEvents(database.db, origin, events), logger })
  const follower = await followEvents({ database, origin, bus, logger })
  const listener = await openListener({
    database,
    channels: { [eventsChannel]: () => follower.wake(), [broadcastChannel]: (payload) => broadcast.take(payload) },
    onListening: () => follower.wake(),
    logger,
  })
  return {
    async keep(tx, events) {
      const kept = events.filter(isKept)
      if (kept.length > 0) await appendEvents(tx, origin, written(kept))
    },
    outlet: {
      emit(type, data) {
        bus.emit(type, data)
        if (isWrittenLate(type)) late.add({ type, data })
      },
    },
    broadcast,
    async close() {
      broadcast.close()
      await late.close()
      await listener.close()
      await follower.close()
    },
  }
}
