import { setTimeout as delay } from 'node:timers/promises'
import type { DecisionAnswer, DecisionRequest } from '../contract/decisions.ts'
import { backoffMs } from '../lib/backoff.ts'
import { within } from '../lib/within.ts'
import type { Logger } from '../platform/logger.ts'
import { beforeAsking, requestOf } from './asking.ts'
import type { Execution } from './execution.ts'
import { elapsedMs, type Moment } from './freshness.ts'
import type { Entry } from './journal/entry.ts'
import type { Journal } from './journal/journal.ts'
import { faultKey, type Observation } from './observation.ts'
import type { Fault } from './watch.ts'

export type RequestDecision = (
  request: DecisionRequest,
  options: { deadlineMs: number; signal: AbortSignal },
) => Promise<DecisionAnswer>

export interface DecisionLoop {
  /**
   * Takes the faults of an inspection: opens a request for every L2 that has a fix, one per fault, and withdraws those whose
   * fault is gone. Answers the request id to show with each fault, by its key.
   */
  consider(faults: readonly Fault[], load: string): Map<string, string>
  /** Gives up waiting; a running repair is ended. Bounded. What was asked is gone on with after the next start. */
  stop(): Promise<void>
}

export interface DecisionRules {
  agentId: string
  lifeMs: number
  deadlineMs: number
  retryMinMs: number
  retryMaxMs: number
  coolDownMs: number
}

/** A requester that does not keep its own deadline is given up after this much more. */
const GRACE_MS = 2_000
const STOP_TIMEOUT_MS = 4_000
const HISTORY = 5

/** Asks before every L2 repair, and has it carried out when it is approved. */
export function createDecisionLoop(parts: {
  rules: DecisionRules
  journal: Journal
  execution: Execution
  requestDecision: RequestDecision
  now: () => Moment
  clock: () => number
  random: () => number
  ids: () => string
  logger: Logger
}): DecisionLoop {
  const { rules, journal, execution, requestDecision, now, clock, random, ids, logger } = parts
  const open = new Map<string, { entry: Entry; abort: AbortController; task: Promise<void> }>()
  const levelChanged = new Set<string>()
  const stopping = new AbortController()

  const lifeLeftMs = (entry: Entry): number => rules.lifeMs - (elapsedMs(entry.askedAt, now()) ?? rules.lifeMs)

  async function ask(entry: Entry, load: string, signal: AbortSignal): Promise<DecisionAnswer | null> {
    const deadlineMs = Math.max(1, Math.round(Math.min(rules.deadlineMs, lifeLeftMs(entry))))
    const history = journal.history(entry.issue.type, entry.issue.subject, HISTORY)
    const request = { ...requestOf(entry, { agentId: rules.agentId, history, load }), deadline_ms: deadlineMs }
    try {
      const asked = Promise.race([requestDecision(request, { deadlineMs, signal }), whenAborted(signal)])
      const answer = await within(asked, deadlineMs + GRACE_MS)
      if (!answer.inTime || answer.value === null) return null
      // An answer to something else is no answer.
      if (answer.value.request_id !== entry.requestId) throw new Error('the answer is for another request')
      return answer.value
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error, request_id: entry.requestId }, 'a decision could not be asked for')
      return null
    }
  }

  async function pursue(entry: Entry, load: string, signal: AbortSignal): Promise<void> {
    if (entry.state === 'approved') return execution.runApproved(entry.id, signal)
    for (let attempt = 1; ; attempt += 1) {
      if (lifeLeftMs(entry) <= 0) {
        journal.end(entry.id, 'expired', 'not run: nobody decided in time')
        logger.warn({ request_id: entry.requestId, fault: faultKey(entry.issue) }, 'nobody decided in time')
        return
      }
      const askedNow = now()
      const answer = await ask(entry, load, signal)
      if (signal.aborted) return
      if (answer?.status === 'approved') {
        // How long the answer was on its way nobody knows: its time counts from the question.
        journal.approve(entry.id, answer.decision_id, answer.valid_for_ms, askedNow)
        return execution.runApproved(entry.id, signal)
      }
      if (answer?.status === 'rejected' || answer?.status === 'expired') {
        journal.end(entry.id, answer.status === 'rejected' ? 'refused' : 'expired', answer.reason, answer.decision_id)
        logger.info(
          { request_id: entry.requestId, status: answer.status, reason: answer.reason },
          'a repair was not approved',
        )
        return
      }
      const waitMs = backoffMs({ attempt, minMs: rules.retryMinMs, maxMs: rules.retryMaxMs, random })
      // The abort is the only way this wait rejects; the caller sees it by the signal.
      await delay(Math.min(waitMs, Math.max(0, lifeLeftMs(entry))), undefined, { signal })
    }
  }

  function begin(key: string, entry: Entry, load: string): void {
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, stopping.signal])
    const task = pursue(entry, load, signal)
      .catch((error: unknown) => {
        if (!signal.aborted)
          logger.error({ err: error, request_id: entry.requestId }, 'a decision request ended with an error')
      })
      .finally(() => open.delete(key))
    open.set(key, { entry, abort, task })
  }

  function withdraw(key: string): void {
    const request = open.get(key)
    // A run that has begun goes to its end; `end` leaves it alone.
    if (!request || !journal.end(request.entry.id, 'withdrawn', 'not run: the fault is gone or has changed')) return
    request.abort.abort()
    open.delete(key)
  }

  /** Requests of an earlier process whose fault did not come back. */
  function endForgotten(): void {
    const known = new Set([...open.values()].map(({ entry }) => entry.id))
    for (const entry of [...journal.inState('asked'), ...journal.inState('approved')]) {
      if (!known.has(entry.id) && lifeLeftMs(entry) <= 0) journal.end(entry.id, 'expired', 'not run: its time was over')
    }
  }

  function requestFor(fault: Fault, load: string): string | null {
    const { observation } = fault
    const key = faultKey(observation)
    const last = journal.lastAsked(observation.type, observation.subject)
    const answer = beforeAsking(last, observation, {
      nowMs: clock(),
      coolDownMs: rules.coolDownMs,
      lifeLeftMs: last === null ? 0 : lifeLeftMs(last),
      levelChanged: levelChanged.has(key),
    })
    if (!answer.ask) {
      if (answer.resume && last !== null && !open.has(key)) begin(key, last, load)
      return answer.requestId
    }
    if (last !== null && (last.state === 'asked' || last.state === 'approved')) {
      if (open.has(key)) withdraw(key)
      else journal.end(last.id, 'expired', 'not run: its time was over when the node began')
    }
    // A new request needs a fault that is there now, not one that is only still shown.
    if (!fault.current || observation.action === undefined) return null
    levelChanged.delete(key)
    const entry = journal.ask({
      requestId: ids(),
      issue: storedIssue(observation),
      action: observation.action,
      at: now(),
    })
    begin(key, entry, load)
    return entry.requestId
  }

  /** What cannot be stored is not asked for; the issue is reported all the same. */
  function requestOrNone(fault: Fault, load: string): string | null {
    try {
      return requestFor(fault, load)
    } catch (error) {
      logger.error({ err: error, fault: faultKey(fault.observation) }, 'a decision request could not be recorded')
      return null
    }
  }

  return {
    consider(faults, load) {
      const shown = new Map<string, string>()
      const present = new Set<string>()
      for (const fault of faults) {
        const key = faultKey(fault.observation)
        if (fault.observation.level !== 'L2') levelChanged.add(key)
        else if (fault.observation.action && !stopping.signal.aborted) {
          present.add(key)
          const requestId = requestOrNone(fault, load)
          if (requestId !== null) shown.set(key, requestId)
        }
      }
      for (const key of [...open.keys()]) if (!present.has(key)) withdraw(key)
      endForgotten()
      return shown
    },
    async stop() {
      stopping.abort()
      await within(Promise.allSettled([...open.values()].map(({ task }) => task)), STOP_TIMEOUT_MS)
    },
  }
}

/** A requester that does not heed the signal must not hold up the stop. */
function whenAborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
}

function storedIssue({ type, subject, severity, description, details, risk }: Observation) {
  return { type, subject, severity, description, details, ...(risk === undefined ? {} : { risk }) }
}
