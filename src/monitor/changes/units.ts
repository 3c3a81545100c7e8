import type { Database, Tx } from '../../db/open.ts'
import type { Bus } from '../../platform/bus.ts'
import type { MonitorEvents } from './events.ts'
import { type ChangeKind, recordChanges } from './changes.store.ts'
import { holdEpoch, unfenced } from './fence.ts'

/** Something that is told on the bus once it is on disk. */
export interface ToldEvent {
  type: keyof MonitorEvents
  data: MonitorEvents[keyof MonitorEvents]
}

/** One unit of work: what it writes, what of it goes up the tree, and what is told once it is on disk. */
export interface Unit {
  tx: Tx
  /** Marks rows whose new state every ancestor must get. */
  changed(kind: ChangeKind, ...ids: number[]): void
  /** Told on the bus after the commit, never when it fails. */
  emit<T extends keyof MonitorEvents>(type: T, data: MonitorEvents[T]): void
  /** The change must not wait for the next rollup. */
  urgent(): void
}

export interface Units {
  /** Runs `work` in one transaction; repeats it when the database broke a deadlock. Events go out after the commit. */
  run<T>(work: (unit: Unit) => Promise<T>): Promise<T>
}

const maxAttempts = 4
const retryableCodes = new Set(['40001', '40P01'])

/**
 * Units of work over one database and one bus. `keep` writes what a unit tells for the other processes of this monitor, as the
 * last part of its transaction.
 */
export function createUnits(parts: {
  database: Database
  bus: Pick<Bus<MonitorEvents>, 'emit'>
  keep?: ((tx: Tx, events: readonly ToldEvent[]) => Promise<void>) | undefined
}): Units {
  const { database, bus, keep } = parts

  async function attempt<T>(work: (unit: Unit) => Promise<T>): Promise<T> {
    const changed = new Map<ChangeKind, Set<number>>()
    const told: Array<() => void> = []
    const events: ToldEvent[] = []
    function emit<T extends keyof MonitorEvents>(type: T, data: MonitorEvents[T]): void {
      told.push(() => bus.emit(type, data))
      if (keep) events.push({ type, data })
    }
    let urgent = false
    const result = await database.db.transaction(async (tx) => {
      await holdEpoch(tx)
      const value = await work({
        tx,
        changed(kind, ...ids) {
          const set = changed.get(kind) ?? new Set()
          for (const id of ids) set.add(id)
          changed.set(kind, set)
        },
        emit,
        urgent: () => {
          urgent = true
        },
      })
      // Last, because its row lock orders this transaction among all others until the commit.
      await recordChanges(tx, changed)
      if (changed.size > 0) emit('feed_moved', { urgent })
      await keep?.(tx, events)
      return value
    })
    unfenced(() => {
      for (const tell of told) tell()
    })
    return result
  }

  return {
    async run(work) {
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(work)
        } catch (error) {
          if (tries >= maxAttempts || !isRetryable(error)) throw error
        }
      }
    },
  }
}

function isRetryable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && retryableCodes.has(cause.code)) return true
  }
  return false
}
