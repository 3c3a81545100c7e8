import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseLogger } from '../database-logger.ts'
import { restartDelay } from './restart-delay.ts'
import type { Server } from './server.ts'

/**
 * Keeps a server running: whenever it ends without `stop`, it is started again, for as long as it takes, with
 * growing waits. `stop` ends it within about `stopTimeoutMs` + 1 s and may be called any number of times.
 */
export function supervise(
  first: Server,
  use: {
    start: () => Promise<Server>
    logger: DatabaseLogger
    stopTimeoutMs: number
    clock: () => number
  },
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let server = first
  let startedAt = use.clock()
  let endsInARow = 0

  /** One attempt after the wait that is due; false when it failed or the server is being stopped. */
  async function startAgain(): Promise<boolean> {
    const next = restartDelay(endsInARow, use.clock() - startedAt)
    endsInARow = next.endsInARow
    await pause(next.delayMs, stopping.signal)
    if (stopping.signal.aborted) return false
    startedAt = use.clock()
    try {
      server = await use.start()
      use.logger.info({ pid: server.pid }, 'PostgreSQL runs again')
      return true
    } catch (error) {
      use.logger.error({ err: error, endsInARow }, 'PostgreSQL could not be started again')
      return false
    }
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      const how = await server.exited
      if (stopping.signal.aborted) return
      use.logger.error({ pid: server.pid, how }, 'PostgreSQL has ended by itself and is started again')
      while (!stopping.signal.aborted && !(await startAgain()));
    }
  }

  const watching = watch()
  let stopped: Promise<void> | undefined

  async function end(): Promise<void> {
    stopping.abort()
    await server.stop(use.stopTimeoutMs)
    await watching
    // A start that was under way when `stop` was called has come to its end by now.
    await server.stop(use.stopTimeoutMs)
  }

  return { stop: () => (stopped ??= end()) }
}

/** Waits `delayMs`, or less when `signal` is aborted. */
async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
