import type { ReportStatus } from '../../contract/common.ts'
import type { Logger } from '../../platform/logger.ts'
import { createWaker } from '../../lib/waker.ts'
import type { Gate } from './gate.ts'
import type { ParentClient } from './parent-client.ts'
import { ParentError } from './parent-error.ts'

export interface HeartbeatsOptions {
  client: Pick<ParentClient, 'sendHeartbeat'>
  gate: Gate
  agentId: string
  /** What this node last found of itself. */
  status: () => ReportStatus
  /** When a live report was last accepted, in ms of the clock. */
  lastReportAt: () => number | null
  intervalMs: number
  clock: () => number
  logger: Logger
}

export interface Heartbeats {
  start(): void
  /** Ends the loop; with `goodbye` says that too. */
  stop(options: { goodbye: boolean }): Promise<void>
  /** Tells the parent that this is a clean stop; within 1 s, a failure is only logged. */
  goodbye(): Promise<void>
}

const GOODBYE_TIMEOUT_MS = 1000

/** True when a heartbeat would tell the parent nothing that a report has not just told it. */
export function isHeartbeatSpared(now: number, lastReportAt: number | null, intervalMs: number): boolean {
  return lastReportAt !== null && now >= lastReportAt && now - lastReportAt < intervalMs
}

/** Tells the parent that this node lives while it sends no reports. Silent while the gate is shut. */
export function createHeartbeats(options: HeartbeatsOptions): Heartbeats {
  const { client, gate, agentId, status, lastReportAt, intervalMs, clock, logger } = options
  const abort = new AbortController()
  const waker = createWaker()
  let stopped = false
  let running: Promise<void> | undefined
  let failing = false

  const heartbeat = () => ({ agent_id: agentId, timestamp: new Date(clock()).toISOString(), status: status() })

  async function beat(): Promise<void> {
    const era = gate.begin()
    try {
      await client.sendHeartbeat(heartbeat(), { signal: abort.signal })
      gate.succeeded(era)
      failing = false
    } catch (error) {
      if (!(error instanceof ParentError)) throw error
      if (error.kind === 'cancelled') return
      if (error.kind !== 'rejected') gate.failed(error, era)
      logger[failing ? 'debug' : 'warn']({ err: error }, 'the parent did not take a heartbeat')
      failing = true
    }
  }

  async function loop(): Promise<void> {
    while (!stopped) {
      try {
        if (gate.waitMs(false) === 0 && !isHeartbeatSpared(clock(), lastReportAt(), intervalMs)) await beat()
      } catch (error) {
        logger.error({ err: error }, 'a heartbeat failed')
      }
      if (!stopped) await waker.wait(intervalMs)
    }
  }

  async function sayGoodbye(): Promise<void> {
    try {
      await client.sendHeartbeat({ ...heartbeat(), goodbye: true }, { timeoutMs: GOODBYE_TIMEOUT_MS })
    } catch (error) {
      logger.warn({ err: error }, 'the parent did not hear the goodbye')
    }
  }

  return {
    start() {
      running ??= loop()
    },
    async stop({ goodbye }) {
      if (stopped) return
      stopped = true
      abort.abort()
      waker.wake()
      await running
      if (goodbye && gate.waitMs(false) === 0) await sayGoodbye()
    },
    goodbye: sayGoodbye,
  }
}
