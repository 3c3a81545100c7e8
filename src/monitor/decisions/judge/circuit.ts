export type CircuitState = 'closed' | 'open' | 'half_open'

export interface Circuit {
  state(): CircuitState
  /** Whether one call may be made now. Half open, it lets a single call through until that one is reported. */
  tryEnter(): boolean
  /** Reports a call that was let through; `neutral` says nothing about the other side. */
  report(result: 'success' | 'failure' | 'neutral'): void
}

/** Opens after `failures` failures in a row, and `openMs` later tries again with one call. */
export function createCircuit(options: { failures: number; openMs: number; clock: () => number }): Circuit {
  const { failures, openMs, clock } = options
  let failedInARow = 0
  let openedAt: number | null = null
  let trying = false

  const state = (): CircuitState => {
    if (openedAt === null) return 'closed'
    const passedMs = clock() - openedAt
    // Opened in the future: the clock was set back, and how much of the pause is left cannot be known.
    return passedMs >= openMs || passedMs < 0 ? 'half_open' : 'open'
  }

  return {
    state,
    tryEnter() {
      const now = state()
      if (now === 'closed') return true
      if (now === 'open' || trying) return false
      trying = true
      return true
    },
    report(result) {
      trying = false
      if (result === 'neutral') return
      if (result === 'success') {
        failedInARow = 0
        openedAt = null
        return
      }
      failedInARow++
      if (failedInARow >= failures) openedAt = clock()
    },
  }
}
