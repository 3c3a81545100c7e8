import { within } from '../lib/within.ts'
import type { Logger } from './logger.ts'

export interface StopOutcome {
  /** Names of the parts that failed to stop or took too long. */
  failed: string[]
  tookMs: number
}

/** Closes something; a promise is waited for. */
export type Close = () => unknown

export interface Lifecycle {
  /** Aborted as soon as the stop begins: for loops and waits that should end then. */
  readonly stopping: AbortSignal
  /**
   * Registers the closing of something just opened. Closings run one after the other, last opened first. What is
   * registered while the stop is under way is closed too; after it, at once.
   */
  onStop(name: string, close: Close): void
  /** Closes everything within `stopTimeoutMs`. Never rejects; a second call gets the outcome of the first. */
  stop(reason: string): Promise<StopOutcome>
}

/** Each closing still to come keeps at least this, so that one that hangs cannot take the time of all others. */
const RESERVE_MS = 100

/** What a closing may take: all that is left, less a reserve for each one after it. */
export function closingBudgetMs({
  remainingMs,
  closingsAfter,
}: {
  remainingMs: number
  closingsAfter: number
}): number {
  const reserveMs = Math.min(RESERVE_MS, Math.max(0, remainingMs) / (closingsAfter + 1))
  return Math.max(1, remainingMs - reserveMs * closingsAfter)
}

export function createLifecycle({
  logger,
  stopTimeoutMs = 5_000,
}: {
  logger: Logger
  stopTimeoutMs?: number
}): Lifecycle {
  const closings: { name: string; close: Close }[] = []
  const stopping = new AbortController()
  const failed: string[] = []
  let outcome: Promise<StopOutcome> | undefined
  let stopped = false

  async function closeOne(name: string, close: Close, timeoutMs: number): Promise<void> {
    try {
      const closed = await within(Promise.resolve(close()), timeoutMs)
      if (!closed.inTime) throw new Error(`did not close within ${Math.round(timeoutMs)} ms`)
    } catch (err) {
      failed.push(name)
      logger.error({ err, part: name }, 'a part did not stop cleanly')
    }
  }

  async function closeAll(reason: string): Promise<StopOutcome> {
    const startedAt = performance.now()
    logger.info({ reason, parts: closings.length }, 'stopping')
    stopping.abort(new Error(`stopping: ${reason}`))
    for (let next = closings.pop(); next; next = closings.pop()) {
      const remainingMs = stopTimeoutMs - (performance.now() - startedAt)
      await closeOne(next.name, next.close, closingBudgetMs({ remainingMs, closingsAfter: closings.length }))
    }
    stopped = true
    const tookMs = performance.now() - startedAt
    logger.info({ reason, failed, took_ms: Math.round(tookMs) }, 'stopped')
    return { failed, tookMs }
  }

  return {
    stopping: stopping.signal,
    onStop(name, close) {
      if (stopped) void closeOne(name, close, stopTimeoutMs)
      else closings.push({ name, close })
    },
    stop(reason) {
      outcome ??= closeAll(reason)
      return outcome
    },
  }
}
