/** Values read from the database a moment ago. */
export interface RecentReads<Key, Value> {
  /** The value, when it is young enough; begins to read it anew in good time, so that a busy key is never waited for. */
  fresh(key: Key): Value | null
  /** Reads the value; many callers at once share one read. `null` is not kept. */
  read(key: Key): Promise<Value | null>
  /** Drops values, and what is being read at this moment will not be kept either. */
  forget(matches: (key: Key, value: Value | null) => boolean): void
}

/**
 * Keeps what `load` returned for at most `maxAgeMs` and at most `maxEntries` of it, the longest unread going first.
 */
export function createRecentReads<Key, Value>(parts: {
  load: (key: Key) => Promise<Value | null>
  maxAgeMs: number
  maxEntries: number
  clock: () => number
}): RecentReads<Key, Value> {
  const { load, maxAgeMs, maxEntries, clock } = parts
  const entries = new Map<Key, { value: Value; readAt: number }>()
  const reading = new Map<Key, Promise<Value | null>>()

  function keep(key: Key, value: Value | null, readAt: number): void {
    entries.delete(key)
    if (value === null) return
    for (const oldest of entries.keys()) {
      if (entries.size < maxEntries) break
      entries.delete(oldest)
    }
    entries.set(key, { value, readAt })
  }

  async function readAndKeep(key: Key, readAt: number, isCurrent: () => boolean): Promise<Value | null> {
    try {
      const value = await load(key)
      if (isCurrent()) keep(key, value, readAt)
      return value
    } finally {
      if (isCurrent()) reading.delete(key)
    }
  }

  function read(key: Key): Promise<Value | null> {
    const shared = reading.get(key)
    if (shared) return shared
    const own: Promise<Value | null> = readAndKeep(key, clock(), () => reading.get(key) === own)
    reading.set(key, own)
    return own
  }

  return {
    fresh(key) {
      const entry = entries.get(key)
      if (!entry) return null
      const ageMs = clock() - entry.readAt
      // Read in the future: the clock was set back, and how old the value is cannot be known.
      if (ageMs >= maxAgeMs || ageMs < 0) return null
      // When this early read fails the value just grows old, and then the next caller meets the failure itself.
      if (ageMs >= maxAgeMs / 2) read(key).catch(() => undefined)
      return entry.value
    },
    read,
    forget(matches) {
      for (const [key, { value }] of entries) if (matches(key, value)) entries.delete(key)
      for (const key of reading.keys()) if (matches(key, null)) reading.delete(key)
    },
  }
}
