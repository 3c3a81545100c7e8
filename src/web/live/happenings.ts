import type { LiveEvent } from './live-event.ts'

/** Something that happened, as the stream of the overview shows it. */
export type Happening = Exclude<LiveEvent, { type: 'report_received' }> & { key: number }

const kept = 300

/** The last events in the order they came, reports left out: those are no news. Many at once are shown together. */
export function createHappenings(parts: { schedule: (flush: () => void) => void }) {
  let list: readonly Happening[] = []
  let waiting: Happening[] = []
  let count = 0
  const listeners = new Set<() => void>()

  function show(next: readonly Happening[]): void {
    list = next
    waiting = []
    for (const listener of listeners) listener()
  }

  return {
    list: () => list,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    add(event: LiveEvent): void {
      if (event.type === 'report_received') return
      count += 1
      waiting.push({ ...event, key: count })
      if (waiting.length > kept) waiting.shift()
      if (waiting.length > 1) return
      parts.schedule(() => {
        if (waiting.length > 0) show([...waiting.toReversed(), ...list].slice(0, kept))
      })
    },
    clear: () => show([]),
  }
}
