import type { Logger } from '../platform/logger.ts'

export interface Rounds<T> {
  /** Begins the rounds after a random wait of up to a tenth of the interval, so that probes do not act in step. */
  start(): void
  /** No round begins any more; resolves when the running one has ended. */
  stop(): Promise<void>
  /** A round now, or right after the running one. Rejects as the round does. */
  now(): Promise<T>
  /** A round as soon as the running one has ended; nobody waits for it. */
  soon(): void
}

/** One round after another at an interval, never two at once: a slow one delays the next. */
export function createRounds<T>({
  everyMs,
  random,
  logger,
  round,
}: {
  everyMs: number
  random: () => number
  logger: Logger
  round: () => Promise<T>
}): Rounds<T> {
  let timer: NodeJS.Timeout | null = null
  let begun = false
  let over = false
  let running: Promise<T> | null = null
  let following: Promise<T> | null = null

  function run(): Promise<T> {
    const startedAt = performance.now()
    const current = round()
    running = current
    const settled = (): void => {
      if (running === current) running = null
      if (begun) schedule(Math.max(0, everyMs - (performance.now() - startedAt)))
    }
    current.then(settled, settled)
    return current
  }

  function now(): Promise<T> {
    if (over) return Promise.reject(new Error('the probe has stopped'))
    if (running === null) return run()
    following ??= running
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        following = null
        if (over) throw new Error('the probe has stopped')
        return run()
      })
    return following
  }

  const soon = (): void => {
    now().catch((error: unknown) => {
      if (!over) logger.error({ err: error }, 'an inspection failed')
    })
  }

  function schedule(inMs: number): void {
    if (timer !== null) clearTimeout(timer)
    timer = over ? null : setTimeout(soon, inMs)
  }

  return {
    start() {
      if (begun || over) return
      begun = true
      schedule(random() * everyMs * 0.1)
    },
    async stop() {
      over = true
      if (timer !== null) clearTimeout(timer)
      timer = null
      await Promise.allSettled([running, following])
    },
    now,
    soon,
  }
}
