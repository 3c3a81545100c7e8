/** A value that changes, and who hears of it. */
export interface Source<Value> {
  current(): Value
  subscribe(listener: () => void): () => void
}

/**
 * The same value in larger steps: at once when `isUrgent` says so, else at most once in the pause that `schedule` makes.
 * For what is dear to draw (a sorted list of thousands) and must not move under the reader's eyes.
 */
export function createCalm<Value>(parts: {
  source: Source<Value>
  isUrgent: (held: Value, next: Value) => boolean
  schedule: (run: () => void) => void
}): Source<Value> {
  const { source, isUrgent, schedule } = parts
  const listeners = new Set<() => void>()
  let held = source.current()
  let scheduled = false
  let leave = (): void => undefined

  function take(): void {
    const next = source.current()
    if (next === held) return
    held = next
    for (const listener of listeners) listener()
  }

  function onChange(): void {
    if (isUrgent(held, source.current())) return take()
    if (scheduled) return
    scheduled = true
    schedule(() => {
      scheduled = false
      take()
    })
  }

  return {
    current() {
      // While nobody listens nothing is held back.
      if (listeners.size === 0) held = source.current()
      return held
    },
    subscribe(listener) {
      if (listeners.size === 0) leave = source.subscribe(onChange)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) leave()
      }
    },
  }
}
