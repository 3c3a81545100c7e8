import { setTimeout as sleep } from 'node:timers/promises'
import { createWaker } from '../lib/waker.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import type { Leading } from './leading.ts'
import type { Monitor } from './monitor-part.ts'

/** A look at everything also when nothing is known to have happened. */
const maxPauseMs = 15_000
const minPauseMs = 250
const pauseAfterErrorMs = 5_000
/** In a storm of alerts the looks take at most this share of the time. */
const maxShare = 0.2

/** Looks which channel has to be told of which alert: when something happened, when something is due, and now and then. */
export function startAlerting(parts: {
  monitor: Monitor
  leading: Leading
  lifecycle: Lifecycle
  logger: Logger
}): void {
  const { monitor, leading, lifecycle, logger } = parts
  const waker = createWaker()
  let failing = false

  /** How long there is nothing to do, in ms. */
  async function look(): Promise<number> {
    try {
      const nextAtMs = (await leading.once(() => monitor.alerting.pass()))?.nextAtMs ?? null
      failing = false
      return nextAtMs === null ? maxPauseMs : Math.min(maxPauseMs, Math.max(0, nextAtMs - Date.now()))
    } catch (err) {
      logger[failing ? 'debug' : 'error']({ err }, 'alerts could not be looked through; it is tried again')
      failing = true
      return pauseAfterErrorMs
    }
  }

  async function loop(): Promise<void> {
    while (!lifecycle.stopping.aborted) {
      const beganAtMs = performance.now()
      const idleMs = await look()
      const tookMs = performance.now() - beganAtMs
      const restMs = Math.max(minPauseMs, tookMs / maxShare)
      await sleep(restMs, undefined, { signal: lifecycle.stopping }).catch(() => undefined)
      if (!lifecycle.stopping.aborted) await waker.wait(Math.max(0, idleMs - restMs))
    }
  }

  for (const event of ['new_alert', 'alert_updated', 'silences_changed', 'node_removed'] as const)
    monitor.bus.on(event, () => waker.wake())
  // What was not sent because it was no longer true is told anew, as far as it is.
  monitor.bus.on('notice_settled', ({ state }) => {
    if (state === 'dropped') waker.wake()
  })
  leading.onGained(() => waker.wake())
  const running = loop()
  lifecycle.onStop('alerting', () => {
    waker.wake()
    return running
  })
}
