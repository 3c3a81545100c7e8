import type { Logger } from '../../platform/logger.ts'
import type { ToldEvent } from '../changes/units.ts'
import { written, type WrittenEvent } from './shared-events.ts'

/** Long enough that the cost does not grow with the number of reports, short enough for who looks on. */
const gatherMs = 100
const retryMs = 1_000
const maxWaiting = 20_000

/** Events that were told outside of a unit of work. */
export interface LateEvents {
  add(event: ToldEvent): void
  /** Writes what waits. */
  close(): Promise<void>
}

/**
 * Gathers events for the other processes and writes them together, soon after. What a process had not written when it was
 * killed the others never hear. When the database is away for long, the newest beyond `maxWaiting` are left out.
 */
export function createLateEvents(parts: {
  write: (events: readonly WrittenEvent[]) => Promise<void>
  logger: Logger
}): LateEvents {
  const { write, logger } = parts
  let waiting: ToldEvent[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let closed = false

  async function writeAll(): Promise<void> {
    const events = waiting
    waiting = []
    if (events.length === 0) return
    try {
      await write(written(events))
    } catch (err) {
      logger.debug(
        { err, events: events.length },
        'events for the other processes could not be written; it is tried again',
      )
      waiting = [...events, ...waiting].slice(0, maxWaiting)
    }
  }

  function later(ms: number): void {
    timer ??= setTimeout(() => {
      writing = writeAll().finally(() => {
        timer = undefined
        if (waiting.length > 0 && !closed) later(retryMs)
      })
    }, ms)
  }

  return {
    add(event) {
      if (closed || waiting.length >= maxWaiting) return
      waiting.push(event)
      later(gatherMs)
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await writing
      await writeAll()
    },
  }
}
