import type { DecisionStatus } from '../../src/contract/rollup.ts'
import type { KeptRows } from './kept-rows.ts'

/** A fault of a node that comes once and goes once: no other has its type and subject on that node. */
export interface KnownFault {
  agentId: string
  type: string
  subject: string
  /** A live report that shows it was acknowledged. */
  isKnown: boolean
  /** When (ms of `performance.now`) a later live report without it was acknowledged; null: not yet. */
  overAtMs: number | null
}

interface KnownRequest {
  agentId: string
  /** Of this request alone. */
  type: string
  /** What the model says when it is asked. */
  verdict: 'approve' | 'reject'
  answers: DecisionStatus[]
  /** The result of its execution, as acknowledged. */
  result: string | null
}

/** One notice as a receiver got it. */
export interface ToldNotice {
  /** Of the monitor whose channel it is. */
  monitorId: string
  key: string
  kind: string
  alerts: ReadonlyArray<{ agent_id: string; type: string; subject: string }>
  atMs: number
}

/** What monitors have acknowledged and receivers were told: from then on it must be so, whatever breaks. */
export interface Ledger {
  /** The monitor has answered 2xx to this report. */
  report(monitorId: string, agentId: string, uid: string): void
  /** A live report of the node was acknowledged that shows exactly these faults. */
  shows(agentId: string, faults: ReadonlyArray<{ type: string; subject: string }>, atMs: number): void
  /** A request is about to be made; its type is of this request alone. */
  asks(requestId: string, agentId: string, type: string, verdict: KnownRequest['verdict']): void
  answered(requestId: string, status: DecisionStatus): void
  result(requestId: string, status: string): void
  told(notice: ToldNotice): void
  /** The node was taken out on purpose: nothing is owed of it any more. */
  forget(agentId: string): void
  /** How much it holds, to show that a test did something. */
  size(): { reports: number; faults: number; answers: number; results: number; notices: number }
  /**
   * What is not as it must be at this monitor, one line each. Without `settled` only what must hold at every moment;
   * with it also what must hold once everything that waited has arrived.
   */
  violations(kept: KeptRows, options: { settled: boolean }): string[]
  /** What receivers were told that they should not have been. */
  noticeViolations(options: { settled: boolean }): string[]
}

/** A monitor that was told late, or an attempt to tell that began before the fault was over, is heard within this. */
const defaultLateNoticeMs = 15_000
const keyOf = (agentId: string, type: string, subject: string): string => `${agentId} ${type} ${subject}`

/**
 * An empty ledger. `lateNoticeMs`: how long after the end of a fault a monitor that was cut off may still tell of it;
 * `sameTime`: whether the clocks of all nodes agree, so that their times can be compared.
 */
export function createLedger({ lateNoticeMs = defaultLateNoticeMs, sameTime = true } = {}): Ledger {
  /** By monitor: the node of each report. */
  const reports = new Map<string, Map<string, string>>()
  const faults = new Map<string, KnownFault>()
  const requests = new Map<string, KnownRequest>()
  const notices: ToldNotice[] = []

  function reportViolations({ monitorId, reports: kept }: KeptRows): string[] {
    return [...(reports.get(monitorId) ?? [])].flatMap(([uid, agentId]) => {
      const times = kept.get(uid) ?? 0
      return times === 1 ? [] : [`${monitorId}: acknowledged report ${uid} of ${agentId} is kept ${times} times`]
    })
  }

  function faultViolations(kept: KeptRows, isOwed: boolean, settled: boolean): string[] {
    return [...faults].flatMap(([key, fault]) => {
      const alerts = kept.alerts.get(key) ?? []
      const told = kept.blockers.get(key) ?? 0
      const open = alerts.filter(({ status }) => status !== 'resolved').length
      const wrong = [
        alerts.length > 1 && `has ${alerts.length} alerts`,
        told > alerts.length && `was written down ${told} times`,
        isOwed && fault.isKnown && alerts.length === 0 && 'was acknowledged and has no alert',
        settled && fault.isKnown && fault.overAtMs === null && open === 0 && 'is there and has no open alert',
        settled && fault.overAtMs !== null && open > 0 && 'is over and has an open alert',
      ]
      return wrong.flatMap((what) => (what === false ? [] : [`${kept.monitorId}: ${key} ${what}`]))
    })
  }

  function requestViolations(kept: KeptRows, isOwed: boolean, settled: boolean): string[] {
    return [...requests].flatMap(([requestId, request]) => {
      const rows = kept.decisions.get(requestId) ?? []
      const [row] = rows
      const final = request.answers.find((status) => status !== 'pending')
      const settledTimes = kept.decisionIntents.get(request.type) ?? 0
      const ranTimes = kept.executionIntents.get(request.type) ?? 0
      const wrong = [
        rows.length > 1 && `has ${rows.length} decisions`,
        new Set(request.answers.filter((status) => status !== 'pending')).size > 1 &&
          `was answered ${request.answers.join(', ')}`,
        isOwed && request.answers.length > 0 && !row && 'was answered and has no decision',
        row?.status === 'approved' && request.verdict === 'reject' && 'is approved though the model refuses it',
        isOwed && final !== undefined && row && row.status !== final && `was answered ${final} and is ${row.status}`,
        settledTimes > 1 && `was settled ${settledTimes} times`,
        ranTimes > 1 && `was executed ${ranTimes} times`,
        isOwed && request.result !== null && row?.result !== request.result && `has lost its result ${request.result}`,
        row?.result === 'success' && row.status !== 'approved' && `was executed and is ${row.status}`,
        sameTime && row?.executedAt && row.executedAt > row.expiresAt && 'was executed after its life',
        settled &&
          row?.status === 'approved' &&
          !request.answers.includes('approved') &&
          'is approved, nobody was told',
      ]
      return wrong.flatMap((what) => (typeof what === 'string' ? [`${kept.monitorId}: ${requestId} ${what}`] : []))
    })
  }

  /** What one receiver was told of one fault, in turn. */
  function storyViolations(who: string, story: readonly ToldNotice[], fault: KnownFault, settled: boolean): string[] {
    const kinds = story.map(({ kind }) => kind)
    const firing = story.find(({ kind }) => kind === 'firing')
    const { overAtMs } = fault
    const wrong = [
      kinds.filter((kind) => kind === 'firing').length > 1 && `was told to fire more than once`,
      kinds.filter((kind) => kind === 'resolved').length > 1 && `was told to be over more than once`,
      kinds[0] === 'resolved' && 'was told to be over, and never that it is there',
      // An ancestor tells what it knows: it may have been cut off when the end was acknowledged below.
      firing &&
        reports.has(firing.monitorId) &&
        overAtMs !== null &&
        firing.atMs - overAtMs > lateNoticeMs &&
        'was told to fire after it was over',
      settled &&
        overAtMs === null &&
        fault.isKnown &&
        kinds.at(-1) === 'resolved' &&
        'is there and was told to be over',
    ]
    return wrong.flatMap((what) => (typeof what === 'string' ? [`${who} ${what}: ${kinds.join(', ')}`] : []))
  }

  return {
    report(monitorId, agentId, uid) {
      const ofMonitor = reports.get(monitorId) ?? new Map<string, string>()
      reports.set(monitorId, ofMonitor.set(uid, agentId))
    },
    shows(agentId, shown, atMs) {
      const present = new Set(shown.map(({ type, subject }) => keyOf(agentId, type, subject)))
      for (const { type, subject } of shown)
        faults.set(keyOf(agentId, type, subject), { agentId, type, subject, isKnown: true, overAtMs: null })
      for (const [key, fault] of faults)
        if (fault.agentId === agentId && !present.has(key) && fault.overAtMs === null) fault.overAtMs = atMs
    },
    asks: (requestId, agentId, type, verdict) =>
      void requests.set(requestId, { agentId, type, verdict, answers: [], result: null }),
    answered: (requestId, status) => void requests.get(requestId)?.answers.push(status),
    result(requestId, status) {
      const request = requests.get(requestId)
      if (request) request.result = status
    },
    told: (notice) => void notices.push(notice),
    forget(agentId) {
      for (const ofMonitor of reports.values())
        for (const [uid, owner] of ofMonitor) if (owner === agentId) ofMonitor.delete(uid)
      for (const [key, fault] of faults) if (fault.agentId === agentId) faults.delete(key)
      for (const [id, request] of requests) if (request.agentId === agentId) requests.delete(id)
    },
    size: () => ({
      reports: [...reports.values()].reduce((sum, ofMonitor) => sum + ofMonitor.size, 0),
      faults: faults.size,
      answers: [...requests.values()].filter(({ answers }) => answers.length > 0).length,
      results: [...requests.values()].filter(({ result }) => result !== null).length,
      notices: notices.length,
    }),
    violations(kept, { settled }) {
      // An ancestor hears of it later: only when everything has arrived it owes what its children have acknowledged.
      const isOwed = settled || reports.has(kept.monitorId)
      return [
        ...reportViolations(kept),
        ...faultViolations(kept, isOwed, settled),
        ...requestViolations(kept, isOwed, settled),
      ]
    },
    noticeViolations({ settled }) {
      const found: string[] = []
      const seen = new Set<string>()
      const stories = new Map<string, ToldNotice[]>()
      for (const notice of notices) {
        if (seen.has(notice.key)) found.push(`${notice.monitorId}: notice ${notice.key} has arrived twice`)
        seen.add(notice.key)
        for (const { agent_id, type, subject } of notice.alerts) {
          const key = keyOf(agent_id, type, subject)
          if (!faults.has(key)) continue
          const who = `${notice.monitorId}: ${key}`
          stories.set(who, [...(stories.get(who) ?? []), notice])
        }
      }
      for (const [who, story] of stories) {
        const fault = faults.get(who.slice(who.indexOf(': ') + 2))
        if (fault) found.push(...storyViolations(who, story, fault, settled))
      }
      return found
    },
  }
}
