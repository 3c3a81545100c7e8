import { within } from '../../lib/within.ts'
import type { Logger } from '../../platform/logger.ts'
import { type AttemptState, createAttempts } from './attempts.ts'
import { createBacklogStep } from './backlog-lane.ts'
import type { Gate } from './gate.ts'
import { createLane } from './lane.ts'
import { createLiveStep } from './live-lane.ts'
import type { ParentClient } from './parent-client.ts'
import { createPending } from './pending.ts'
import type { Spool } from './spool.ts'

export interface SenderState extends AttemptState {
  /** When a live report was last accepted: it stands for a heartbeat. */
  lastReportAt: number | null
  /** When the parent is tried again, in ms of the clock; null when nothing holds it back. */
  backoffUntil: number | null
  /** Items that the parent refused for good; since the start. */
  dropped: number
}

export interface SenderOptions {
  spool: Spool
  client: Pick<ParentClient, 'sendReport' | 'sendBatch' | 'sendResult'>
  gate: Gate
  clock: () => number
  random: () => number
  /** A report older than two of these is backlog. */
  reportIntervalMs: number
  logger: Logger
  onState?: (state: SenderState) => void
  /** Between two batches of a backlog. */
  batchPauseMs?: number
}

export interface Sender {
  start(): void
  /** Something was appended to the spool. */
  wake(): void
  /** A report that the spool could not take: it is sent from memory while it is live. */
  hold(body: string, at: number): void
  state(): SenderState
  /** Requests under way may end within `graceMs`, then they are aborted; what was not accepted stays in the spool. */
  stop(graceMs?: number): Promise<void>
}

/**
 * Empties the spool towards the parent in two lanes: the live report and results never wait for a batch of backlog. An item
 * leaves the spool only when the parent has committed it, or has refused it for good.
 */
export function createSender(options: SenderOptions): Sender {
  const { spool, client, gate, clock, random, reportIntervalMs, logger, onState, batchPauseMs = 1000 } = options
  const abort = new AbortController()
  const pending = createPending(spool)
  const liveAgeMs = 2 * reportIntervalMs
  let lastReportAt: number | null = null
  let dropped = 0
  let liveUnderWay = false
  let stopping: Promise<void> | undefined

  const state = (): SenderState => ({ ...attempts.state(), lastReportAt, backoffUntil: gate.shutUntil(), dropped })
  const attempts = createAttempts({ gate, clock, logger, onChange: () => onState?.(state()) })
  const onDropped = (count = 1) => {
    dropped += count
  }
  const shared = { pending, attempts, gate, client, clock, liveAgeMs, signal: abort.signal, logger, onDropped }

  const liveStep = createLiveStep({
    ...shared,
    onReportAccepted: () => {
      lastReportAt = clock()
    },
  })
  const liveLane = createLane({
    name: 'live',
    logger,
    random,
    async step() {
      liveUnderWay = true
      try {
        return await liveStep()
      } finally {
        liveUnderWay = false
        backlogLane.wake()
      }
    },
  })
  const backlogStep = createBacklogStep({
    ...shared,
    idleMs: reportIntervalMs,
    pauseMs: batchPauseMs,
    liveUnderWay: () => liveUnderWay,
  })
  const backlogLane = createLane({ name: 'backlog', step: backlogStep, logger, random })

  async function endLanes(graceMs: number): Promise<void> {
    const ended = Promise.all([liveLane.end(), backlogLane.end()])
    if (!(await within(ended, graceMs)).inTime) abort.abort()
    await ended
  }

  return {
    start() {
      liveLane.start()
      backlogLane.start()
    },
    wake() {
      liveLane.wake()
      backlogLane.wake()
    },
    hold(body, at) {
      pending.hold(body, at)
      liveLane.wake()
    },
    state,
    stop: (graceMs = 2000) => (stopping ??= endLanes(graceMs)),
  }
}
