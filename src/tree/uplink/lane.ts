import { backoffMs } from '../../lib/backoff.ts'
import { createWaker } from '../../lib/waker.ts'
import type { Logger } from '../../platform/logger.ts'

export interface Lane {
  start(): void
  /** There may be work. */
  wake(): void
  /** The loop ends after the step it is in. */
  end(): Promise<void>
}

/** No lane sleeps longer: a clock that jumps or a wake-up that was missed costs a minute, not an outage. */
const MAX_SLEEP_MS = 60_000

/**
 * A loop that survives everything: `step` does one piece of work and says how long to sleep then (0 = not at all). A step
 * that throws is logged and tried again with a back-off.
 */
export function createLane(options: {
  name: string
  step: () => Promise<number>
  logger: Logger
  random: () => number
}): Lane {
  const { name, step, logger, random } = options
  const waker = createWaker()
  let ended = false
  let running: Promise<void> | undefined

  async function loop(): Promise<void> {
    let attempt = 0
    while (!ended) {
      let sleepMs: number
      let interruptible = true
      try {
        sleepMs = await step()
        attempt = 0
      } catch (error) {
        attempt += 1
        sleepMs = backoffMs({ attempt, minMs: 1000, maxMs: MAX_SLEEP_MS, random })
        logger.error({ err: error, lane: name, sleepMs }, 'the sender could not go on: it tries again')
        interruptible = false
      }
      const until = performance.now() + Math.min(sleepMs, MAX_SLEEP_MS)
      do {
        const leftMs = until - performance.now()
        if (leftMs > 0) await waker.wait(leftMs)
      } while (!interruptible && !ended && performance.now() < until)
    }
  }

  return {
    start() {
      running ??= loop()
    },
    wake: () => waker.wake(),
    async end() {
      ended = true
      waker.wake()
      await running
    },
  }
}
