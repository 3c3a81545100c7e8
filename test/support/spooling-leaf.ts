import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { DecisionAnswer } from '../../src/contract/decisions.ts'
import { Report } from '../../src/contract/reports.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createGate } from '../../src/tree/uplink/gate.ts'
import { createParentClient, type ParentClient, type ReportBody } from '../../src/tree/uplink/parent-client.ts'
import { ParentError } from '../../src/tree/uplink/parent-error.ts'
import { openSpool } from '../../src/tree/uplink/spool.ts'
import { createUplink, type Uplink } from '../../src/tree/uplink/uplink.ts'
import { type HandLeaf, joinByHand } from './hand-leaf.ts'
import type { Ledger } from './ledger.ts'
import { until } from './until.ts'

/** A leaf in this process: the real way up (spool, sender, registration by hand), and what is wrong is what the test says. */
export interface SpoolingLeaf {
  hand: HandLeaf
  id: string
  uplink: Uplink
  /** Uids of all that it has put into its spool. */
  uids: readonly string[]
  /** An L3 of that subject stands in every report from now on, until it is ended. A subject is used once. */
  begin(subject: string): void
  end(subject: string): void
  /** Subjects of what is wrong. */
  faults(): readonly string[]
  /** Reports now, besides the interval. */
  report(): void
  /**
   * Asks for an L2 until there is an answer that is no more pending, and when it is approved hands a result over. Answers
   * the last status; null when it was closed before.
   */
  ask(verdict: 'approve' | 'reject'): Promise<DecisionAnswer['status'] | null>
  /** Waits until all that it has made has arrived, the newest report as its present state; it is quiet from then on. */
  arrived(timeoutMs: number): Promise<void>
  /** Reports at its interval again. */
  resume(): void
  close(): Promise<void>
}

/** The type of every L3 of these leaves. */
const faultType = 'fault'
/** What the description of a request holds that the model has to refuse. */
export const refuseWord = 'must-be-refused'
const askAgainMs = 150
const askDeadlineMs = 8_000
/** Up to twice this age a report is sent as the present state. */
const liveMs = 1_000
const reportAgainMs = 1_500

/**
 * Registers at `monitor` and reports every `reportMs` to `parentUrl` (the monitor, or a proxy before it); what the monitor
 * acknowledges goes into the ledger.
 */
export async function startSpoolingLeaf(options: {
  monitor: { id: string; url: string; token: string }
  parentUrl?: string
  id: string
  reportMs: number
  ledger: Ledger
}): Promise<SpoolingLeaf> {
  const { monitor, id, reportMs, ledger, parentUrl = monitor.url } = options
  const hand = await joinByHand(monitor, id)
  const folder = mkdtempSync(join(tmpdir(), 'cortex-spooling-'))
  const logger = createLogger({ level: 'silent' })
  const clock = Date.now
  const random = Math.random
  const spool = openSpool({ path: join(folder, 'spool.sqlite'), clock, logger })
  const parent = createParentClient({ parents: () => [{ url: parentUrl, apiKey: hand.key() }], clock, logger })
  const uplink = createUplink({
    agentId: id,
    spool,
    client: witnessed(parent, { id, monitorId: monitor.id, ledger, onShown: (uid) => void (shownUid = uid) }),
    // Short back-offs: a test has no minute to wait for the next try.
    gate: createGate({ clock, random, minMs: 100, maxMs: 1_000 }),
    status: () => 'healthy',
    reportIntervalMs: liveMs,
    heartbeatIntervalMs: 1_000,
    newUid: randomUUID,
    clock,
    random,
    logger,
    batchPauseMs: 50,
  })
  const uids: string[] = []
  let shownUid = ''
  const faults = new Set<string>()
  const closing = new AbortController()

  function report(): void {
    const uid = randomUUID()
    uids.push(uid)
    uplink.report(reportOf(id, uid, uids.length, [...faults]))
  }

  async function ask(verdict: 'approve' | 'reject'): Promise<DecisionAnswer['status'] | null> {
    const requestId = `request-${randomUUID()}`
    const type = `l2_${requestId}`
    ledger.asks(requestId, id, type, verdict)
    const request = {
      agent_id: id,
      request_id: requestId,
      issue: {
        type,
        description: verdict === 'reject' ? refuseWord : 'nginx is down',
        severity: 'high' as const,
        proposed_fix: 'systemctl restart nginx',
        details: { service: 'nginx' },
      },
      context: {},
    }
    while (!closing.signal.aborted) {
      try {
        const deadlineMs = askDeadlineMs
        const askedMs = performance.now()
        const answer = await uplink.requestDecision({ ...request, deadline_ms: deadlineMs }, { deadlineMs })
        if (closing.signal.aborted) return null
        ledger.answered(requestId, answer.status)
        // As a host does it: not after the life of the approval, counted from the question.
        if (answer.status === 'approved' && performance.now() - askedMs < answer.valid_for_ms) {
          const executed_at = new Date().toISOString()
          uplink.result({ decision_id: answer.decision_id, request_id: requestId, status: 'success', executed_at })
        }
        if (answer.status !== 'pending') return answer.status
      } catch (error) {
        if (!(error instanceof ParentError)) throw error
      }
      await delay(askAgainMs)
    }
    return null
  }

  uplink.start()
  let timer = setInterval(report, reportMs)
  return {
    hand,
    id,
    uplink,
    uids,
    begin: (subject) => void faults.add(subject),
    end: (subject) => void faults.delete(subject),
    faults: () => [...faults],
    report,
    ask,
    async arrived(timeoutMs) {
      clearInterval(timer)
      let reportedMs = -Infinity
      const made = uids.length
      await until(
        `all that ${id} has made has arrived`,
        () => {
          // One that was made since: it shows what is wrong now.
          const isShown = uids.lastIndexOf(shownUid) >= made
          if (!isShown && performance.now() - reportedMs > reportAgainMs) {
            reportedMs = performance.now()
            report()
          }
          if (!isShown || uplink.state().spool.depth > 0) throw new Error(JSON.stringify(uplink.state()))
          return true
        },
        timeoutMs,
      )
    },
    resume() {
      clearInterval(timer)
      timer = setInterval(report, reportMs)
    },
    async close() {
      closing.abort()
      clearInterval(timer)
      await uplink.stop({ goodbye: false })
      spool.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The same client, and what the parent has acknowledged is in the ledger. */
function witnessed(
  parent: ParentClient,
  at: { id: string; monitorId: string; ledger: Ledger; onShown: (uid: string) => void },
): ParentClient {
  const { id, monitorId, ledger, onShown } = at
  const read = (body: ReportBody): Report => Report.parse(typeof body === 'string' ? JSON.parse(body) : body)
  return {
    ...parent,
    async sendReport(body, options) {
      const receipt = await parent.sendReport(body, options)
      const report = read(body)
      ledger.report(monitorId, id, report.report_uid ?? '')
      ledger.shows(
        id,
        report.issues.map(({ type, subject = '' }) => ({ type, subject })),
        performance.now(),
      )
      onShown(report.report_uid ?? '')
      return receipt
    },
    async sendBatch(bodies, options) {
      const receipt = await parent.sendBatch(bodies, options)
      for (const { report_uid, status } of receipt.results)
        if (status !== 'rejected' && report_uid !== null) ledger.report(monitorId, id, report_uid)
      return receipt
    },
    async sendResult(decisionId, result, options) {
      await parent.sendResult(decisionId, result, options)
      if (result.request_id !== undefined) ledger.result(result.request_id, result.status)
    },
  }
}

function reportOf(id: string, uid: string, n: number, faults: readonly string[]): Report {
  const at = new Date().toISOString()
  return Report.parse({
    agent_id: id,
    timestamp: at,
    status: faults.length > 0 ? 'critical' : 'healthy',
    metrics: {
      cpu_percent: n % 100,
      memory_percent: 1,
      disk_percent: 1,
      load_average: [0, 0, 0],
      uptime_seconds: n,
    },
    issues: faults.map((subject) => ({
      level: 'L3',
      type: faultType,
      description: `${subject} on ${id}`,
      severity: 'high',
      subject,
      timestamp: at,
    })),
    metadata: { issues_complete: true },
    report_uid: uid,
  })
}
