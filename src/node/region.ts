import type { ReportStatus } from '../contract/common.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import { createWaker } from '../lib/waker.ts'
import { createHeartbeats } from '../tree/uplink/heartbeats.ts'
import { ParentError } from '../tree/uplink/parent-error.ts'
import type { Leading } from './leading.ts'
import type { Monitor } from './monitor-part.ts'
import type { UpstreamPart } from './upstream-part.ts'

/** Several urgent changes of one moment go up together. */
const gatherMs = 20
/** A storm of urgent changes goes up in parts no closer than this, far below what a parent takes from a region. */
const minGapMs = 150

export interface RegionSender {
  /** Begins to send; the parent knows this node. */
  start(): void
  /** Sends what has changed now; rejects when the parent cannot be reached. */
  flush(): Promise<void>
  /** Tells the parent that the whole region stops. */
  sayGoodbye(): Promise<void>
}

/** Sends the rolled-up state of a region to its parent: at an interval, and at once when something urgent changed. */
export function createRegionSender(parts: {
  config: Config
  monitor: Monitor
  upstream: UpstreamPart
  status: () => ReportStatus
  leading: Leading
  /** Of several processes the last one says goodbye, by `sayGoodbye`. */
  saysGoodbye: boolean
  lifecycle: Lifecycle
  logger: Logger
}): RegionSender {
  const { config, monitor, upstream, leading, lifecycle, logger } = parts
  const { client, gate } = upstream
  const intervalMs = config.monitor.rollup_interval_s * 1000
  const waker = createWaker()
  let lastReportAt: number | null = null
  let flushing: Promise<void> | null = null
  /** Only who leads speaks for the region. */
  const isOurs = () => leading.leads() && upstream.parentId() !== null
  const heartbeats = createHeartbeats({
    client,
    gate: { ...gate, waitMs: (isProbe) => (isOurs() ? gate.waitMs(isProbe) : Infinity) },
    agentId: config.node.id,
    status: parts.status,
    lastReportAt: () => lastReportAt,
    intervalMs: config.probe.heartbeat_interval_s * 1000,
    clock: Date.now,
    logger,
  })

  async function flushOnce(): Promise<void> {
    const parentId = upstream.parentId()
    if (parentId === null) throw new Error('this node is not registered at a parent yet')
    const era = gate.begin()
    try {
      await monitor.outgoing.flush(parentId, async (report) => {
        const receipt = await client.sendReport(report, { signal: lifecycle.stopping })
        lastReportAt = Date.now()
        return receipt
      })
      gate.succeeded(era)
    } catch (error) {
      if (error instanceof ParentError && error.kind !== 'cancelled') gate.failed(error, era)
      throw error
    }
  }

  /** One at a time. One that runs already may have read the state before the caller's change: it is waited for, not joined. */
  async function flush(): Promise<void> {
    if (flushing) await Promise.allSettled([flushing])
    await (flushing ??= flushOnce().finally(() => (flushing = null)))
  }

  async function loop(): Promise<void> {
    while (!lifecycle.stopping.aborted) {
      const shutMs = isOurs() ? gate.waitMs(false) : intervalMs
      if (shutMs > 0) await waker.wait(shutMs)
      else {
        const flushedAtMs = performance.now()
        try {
          await flush()
        } catch (error) {
          if (!lifecycle.stopping.aborted)
            logger.warn({ err: error }, 'the parent did not take the rolled-up state: it is sent again')
        }
        await waker.wait(intervalMs)
        const gapMs = Math.max(gatherMs, minGapMs - (performance.now() - flushedAtMs))
        await new Promise((resolve) => setTimeout(resolve, gapMs))
      }
    }
  }

  return {
    flush,
    async sayGoodbye() {
      if (upstream.parentId() !== null) await heartbeats.goodbye()
    },
    start() {
      monitor.bus.on('feed_moved', ({ urgent }) => {
        if (urgent) waker.wake()
      })
      leading.onGained(() => waker.wake())
      heartbeats.start()
      lifecycle.onStop('heartbeats', () => heartbeats.stop({ goodbye: parts.saysGoodbye }))
      const running = loop()
      lifecycle.onStop('rolled-up reports', () => {
        waker.wake()
        return running
      })
    },
  }
}
