export interface TimeLimit {
  signal: AbortSignal
  /** What ended it first; null while it lasts. */
  ended(): 'timeout' | 'cancelled' | null
  /** Forgets the timer and the signals it listened to. */
  release(): void
}

/** A signal that aborts after `limitMs`, or with the first of `cancels`. Whoever makes it releases it. */
export function limitTime(limitMs: number, cancels: readonly AbortSignal[]): TimeLimit {
  const controller = new AbortController()
  let end: 'timeout' | 'cancelled' | null = null
  const endWith = (why: 'timeout' | 'cancelled') => {
    end ??= why
    controller.abort(new Error(why))
  }
  const cancel = () => endWith('cancelled')
  const timer = setTimeout(() => endWith('timeout'), limitMs)
  for (const signal of cancels) {
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
  }
  return {
    signal: controller.signal,
    ended: () => end,
    release() {
      clearTimeout(timer)
      for (const signal of cancels) signal.removeEventListener('abort', cancel)
    },
  }
}
