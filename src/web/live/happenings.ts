import type { LiveEvent } from './live-event.ts'

/** Something that happened, as the stream of the overview shows it. */
export type Happening = Exclude<LiveEvent, { type: 'report_received' }> & { key: number }

const kept = 300

/** The last events in the order they came, reports left out: those are no news. */
export function createHappenings() {
  let list: readonly Happening[] = []
  let count = 0
  const listeners = new Set<() => void>()
  return {
    list: () => list,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    add(event: LiveEvent): void {
      if (event.type === 'report_received') return
      count += 1
      list = [{ ...event, key: count }, ...list.slice(0, kept - 1)]
      for (const listener of listeners) listener()
    },
    clear(): void {
      list = []
      for (const listener of listeners) listener()
    },
  }
}
