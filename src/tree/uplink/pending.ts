import type { Spool } from './spool.ts'
import type { SpoolItem } from './spool-tables.ts'

/** More items than this may not be taken by the parent and still lie in the spool. */
const MAX_UNREMOVED = 5000

/**
 * The spool as the sender sees it. What the parent has taken is gone from this view even while it cannot be deleted (a full
 * disk refuses deletions too), so nothing is sent in circles; and one report that could not be spooled can be sent from memory.
 */
export interface Pending {
  /** Holds a report that the spool could not take, until it is sent, replaced by a newer one, or no longer live. */
  hold(body: string, at: number): void
  /**
   * The newest report when it is at most `maxAgeMs` old, not under way, and younger than every one that the parent has: the
   * live one. What is older than one that the parent has is never the present, whatever the clock says.
   */
  live(now: number, maxAgeMs: number): SpoolItem | null
  oldestResult(): SpoolItem | null
  /** Oldest first, without the live report and what is under way. */
  backlog(bounds: { now: number; liveAgeMs: number; maxItems: number; maxBytes: number }): SpoolItem[]
  /** The parent has a younger report than any of these. */
  areHistory(items: readonly SpoolItem[]): boolean
  /** These are under way: nobody else sends them until `release`. */
  claim(items: readonly SpoolItem[]): void
  release(items: readonly SpoolItem[]): void
  /** The parent has committed, or for ever refused, these. May throw SpoolError; they stay done all the same. */
  done(items: readonly SpoolItem[]): void
  isEmpty(): boolean
}

export function createPending(spool: Spool): Pending {
  const underWay = new Set<number>()
  const unremoved = new Set<number>()
  /** `after`: id of the newest report in the spool when it came. */
  let held: (SpoolItem & { after: number }) | null = null
  let heldId = 0
  /** Id of the youngest report that the parent has. */
  let newestDone = Number.NEGATIVE_INFINITY
  const hidden = () => [...underWay, ...unremoved]
  const isHeld = (item: SpoolItem) => item.id < 0

  function live(now: number, maxAgeMs: number): SpoolItem | null {
    const spooled = spool.newestReport([...unremoved])
    const newest = held && (!spooled || held.after >= spooled.id) ? held : spooled
    if (!newest || underWay.has(newest.id) || placeOf(newest) < newestDone) return null
    return now - newest.at <= maxAgeMs ? newest : null
  }

  /** Where it stands in the order in which reports were made. */
  function placeOf(item: SpoolItem): number {
    return item.id === held?.id ? held.after + 0.5 : item.id
  }

  return {
    hold(body, at) {
      // Negative ids never meet those of the spool.
      heldId -= 1
      held = { id: heldId, kind: 'report', at, body, after: spool.newestReport()?.id ?? 0 }
    },
    live,
    oldestResult: () => spool.oldestResult(hidden()),
    backlog({ now, liveAgeMs, maxItems, maxBytes }) {
      if (unremoved.size > MAX_UNREMOVED) return []
      const newest = live(now, liveAgeMs)
      return spool.reports({ maxItems, maxBytes, except: newest ? [...hidden(), newest.id] : hidden() })
    },
    areHistory: (items) => items.every((item) => placeOf(item) < newestDone),
    claim(items) {
      for (const item of items) underWay.add(item.id)
    },
    release(items) {
      for (const item of items) underWay.delete(item.id)
    },
    done(items) {
      for (const item of items) {
        if (item.kind === 'report') newestDone = Math.max(newestDone, placeOf(item))
        if (!isHeld(item)) unremoved.add(item.id)
        else if (held?.id === item.id) held = null
      }
      if (unremoved.size === 0) return
      spool.remove([...unremoved])
      unremoved.clear()
    },
    isEmpty: () => spool.stats().depth === unremoved.size,
  }
}
