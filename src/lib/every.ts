import { createWaker } from './waker.ts'

export interface Every {
  /** Runs once more at once; while a run is under way, right after it. */
  now(): void
  /** Ends the repetition; waits for a run that is under way. */
  stop(): Promise<void>
}

/**
 * Runs `work` now and then every `intervalMs`, never two at a time; a slow run delays the next. What `work` throws goes
 * to `onError`, and the repetition goes on.
 */
export function every(intervalMs: number, work: () => Promise<unknown>, onError: (error: unknown) => void): Every {
  const waker = createWaker()
  let stopped = false
  async function loop(): Promise<void> {
    while (!stopped) {
      try {
        await work()
      } catch (error) {
        onError(error)
      }
      if (!stopped) await waker.wait(intervalMs)
    }
  }
  const running = loop()
  return {
    now: () => waker.wake(),
    async stop() {
      stopped = true
      waker.wake()
      await running
    },
  }
}
