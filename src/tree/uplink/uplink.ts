import { randomBytes } from 'node:crypto'
import type { ReportStatus } from '../../contract/common.ts'
import type { DecisionAnswer, DecisionRequest, DecisionResult } from '../../contract/decisions.ts'
import { writeOrder } from '../../contract/report-order.ts'
import type { Report } from '../../contract/reports.ts'
import type { SpoolTrouble } from '../../contract/self.ts'
import type { Logger } from '../../platform/logger.ts'
import { type Gate, createGate } from './gate.ts'
import { createHeartbeats } from './heartbeats.ts'
import type { CallOptions, ParentClient } from './parent-client.ts'
import { type SenderState, createSender } from './sender.ts'
import { SpoolError } from './spool-error.ts'
import type { Spool } from './spool.ts'
import type { SpooledResult } from './spooled-result.ts'

export interface UplinkState {
  active_url: string | null
  last_success_at: string | null
  last_error: string | null
  backoff_until: string | null
  /** The parent refuses this node's key: it has to join again. */
  unauthorised: boolean
  /** Items that the parent refused for good; since the start. */
  dropped: number
  spool: {
    depth: number
    bytes: number
    oldest_at: string | null
    thinned: number
    refused: number
    /** Why the newest report is kept in memory alone; null: it is on disk. */
    trouble: SpoolTrouble | null
  }
}

export interface UplinkOptions {
  agentId: string
  spool: Spool
  client: ParentClient
  /** What this node last found of itself, for heartbeats. */
  status: () => ReportStatus
  reportIntervalMs: number
  heartbeatIntervalMs: number
  newUid: () => string
  clock: () => number
  random: () => number
  logger: Logger
  gate?: Gate
  batchPauseMs?: number
  onState?: (state: SenderState) => void
}

/** Where a report went: `spooled` survives everything; `memory` only while it is the newest, because the spool took no more. */
export type Kept = 'spooled' | 'memory'

export interface Uplink {
  start(): void
  /** On disk before it returns, and on its way. A full spool or disk is logged, and the report is sent from memory: never throws for it. */
  report(report: Report): Kept
  /** On disk before it returns. Throws SpoolError when it could not be written: keep the result and hand it over again. */
  result(result: DecisionResult & { decision_id: number }): void
  /** Throws ParentError; asking again with the same request_id is the same decision. */
  requestDecision(request: DecisionRequest, options: CallOptions & { deadlineMs: number }): Promise<DecisionAnswer>
  state(): UplinkState
  /** Ends within about 3 s; with `goodbye` the parent learns that it is a clean stop. The spool stays open. */
  stop(options: { goodbye: boolean }): Promise<void>
}

/** A node's way up: what the probe hands over is spooled, sent, and repeated until the parent has it. */
export function createUplink(options: UplinkOptions): Uplink {
  const {
    agentId,
    spool,
    client,
    clock,
    random,
    logger,
    newUid,
    reportIntervalMs,
    heartbeatIntervalMs,
    onState,
    batchPauseMs,
  } = options
  let trouble: SpoolTrouble | null = null
  /** A report that is held up on its way must not be taken for the present by a parent that has heard a later one. */
  const series = randomBytes(4).toString('hex')
  let made = 0
  const gate = options.gate ?? createGate({ clock, random })
  const sender = createSender({ spool, client, gate, clock, random, reportIntervalMs, logger, onState, batchPauseMs })
  const heartbeats = createHeartbeats({
    client,
    gate,
    agentId,
    status: options.status,
    lastReportAt: () => sender.state().lastReportAt,
    intervalMs: heartbeatIntervalMs,
    clock,
    logger,
  })

  function report(given: Report): Kept {
    made += 1
    const metadata = { ...given.metadata, report_order: writeOrder({ series, number: made }) }
    const body = JSON.stringify({ ...given, metadata, report_uid: given.report_uid ?? newUid() })
    const at = clock()
    try {
      const keep = given.issues.length > 0 || given.actions_taken.length > 0
      const kept = spool.append({ kind: 'report', body, at, keep })
      trouble = kept === 'stored' ? null : 'full'
      if (kept === 'stored') {
        sender.wake()
        return 'spooled'
      }
    } catch (error) {
      if (!(error instanceof SpoolError)) throw error
      trouble = error.trouble
      logger.error({ err: error, trouble }, 'a report could not be spooled: it is sent from memory')
    }
    sender.hold(body, at)
    return 'memory'
  }

  return {
    start() {
      sender.start()
      heartbeats.start()
    },
    report,
    result({ decision_id, ...result }) {
      const spooled: SpooledResult = { decision_id, result }
      spool.append({ kind: 'result', body: JSON.stringify(spooled), at: clock(), keep: true })
      sender.wake()
    },
    requestDecision: (request, callOptions) => client.requestDecision(request, callOptions),
    state() {
      const { lastSuccessAt, lastError, backoffUntil, unauthorised, dropped } = sender.state()
      const { depth, bytes, oldestAt, thinned, refused } = spool.stats()
      return {
        active_url: client.activeUrl(),
        last_success_at: iso(lastSuccessAt),
        last_error: lastError?.message ?? null,
        backoff_until: iso(backoffUntil),
        unauthorised,
        dropped,
        spool: { depth, bytes, oldest_at: iso(oldestAt), thinned, refused, trouble },
      }
    },
    async stop({ goodbye }) {
      await sender.stop()
      await heartbeats.stop({ goodbye })
    },
  }
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
