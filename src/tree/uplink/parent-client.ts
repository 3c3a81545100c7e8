import { z } from 'zod'
import { type Registration, RegistrationReceipt } from '../../contract/cluster.ts'
import { DecisionAnswer, type DecisionRequest, type DecisionResult } from '../../contract/decisions.ts'
import { BatchReceipt, type Heartbeat, HeartbeatReceipt, type Report, ReportReceipt } from '../../contract/reports.ts'
import type { Logger } from '../../platform/logger.ts'
import { badItemStatuses, countsAgainstParent, readAnswer } from './answer.ts'
import { httpPost } from './http-post.ts'
import { ParentError } from './parent-error.ts'
import { type Parent, type ParentChoice, afterAnswer, afterNoAnswer, chosenParent } from './parents.ts'

export interface ParentClientOptions {
  /** The configured parents in their order; asked anew for every request, so that keys may change. */
  parents: () => readonly Parent[]
  /** The parent to begin with: the one that worked before a restart, or that registered this node. */
  activeUrl?: () => string | null
  /** Registers at a parent that has no key for this node yet; afterwards `parents()` has it. Throws when it is refused. */
  attach?: (url: string) => Promise<void>
  /** Told when another parent than before has answered. */
  onActive?: (url: string) => void
  clock: () => number
  logger: Logger
  timeoutMs?: number
  maxAnswerBytes?: number
  /** Failures in a row after which the next parent is tried. */
  triesBeforeFailover?: number
  post?: typeof httpPost
}

/** A report, or its JSON text as it lies in the spool. */
export type ReportBody = Report | string
export interface CallOptions {
  signal?: AbortSignal | undefined
}

/** The parent's API as this node uses it. Every method throws ParentError, whose `kind` says what to do next. */
export interface ParentClient {
  register(url: string, registration: Registration, options?: CallOptions): Promise<RegistrationReceipt>
  sendReport(report: ReportBody, options?: CallOptions): Promise<ReportReceipt>
  /** `areHistory`: the parent was given a younger report of this node before. */
  sendBatch(reports: readonly ReportBody[], options?: CallOptions & { areHistory?: boolean }): Promise<BatchReceipt>
  sendHeartbeat(heartbeat: Heartbeat, options?: CallOptions & { timeoutMs?: number }): Promise<void>
  /** `deadlineMs` is how long the caller waits; an answer later than that is an error. */
  requestDecision(request: DecisionRequest, options: CallOptions & { deadlineMs: number }): Promise<DecisionAnswer>
  /** A result that the parent does not know the decision of (404), or that is not ours (403), is `rejected`. */
  sendResult(decisionId: number, result: DecisionResult, options?: CallOptions): Promise<void>
  /** The parent that the next request goes to; null when none is configured. */
  activeUrl(): string | null
}

const resultBadItem: ReadonlySet<number> = new Set([...badItemStatuses, 403, 404])
/** The report is answered when it is committed: this node asks for its decisions apart. */
const doNotWait = { prefer: 'wait=0' }

interface Call<T> extends CallOptions {
  path: string
  body: string
  schema: z.ZodType<T>
  headers?: Record<string, string>
  timeoutMs?: number | undefined
  badItem?: ReadonlySet<number>
  /** Slow is no sign of a dead parent: somebody is deciding. */
  mayTakeLong?: boolean
}

export function createParentClient(options: ParentClientOptions): ParentClient {
  const { parents, attach, onActive, clock, logger, timeoutMs = 10_000, maxAnswerBytes = 4 * 1024 * 1024 } = options
  const { triesBeforeFailover = 3, post: send = httpPost } = options
  let choice: ParentChoice = { url: null, failures: 0 }
  let answeredUrl: string | null = null
  let attaching: Promise<void> | undefined

  const inUse = () => chosenParent({ ...choice, url: choice.url ?? options.activeUrl?.() ?? null }, parents())

  async function post<T>(url: string, call: Call<T>): Promise<T> {
    const answer = await send({
      url: `${url}/api/v1${call.path}`,
      headers: call.headers ?? {},
      body: call.body,
      timeoutMs: call.timeoutMs ?? timeoutMs,
      maxAnswerBytes,
      signal: call.signal,
    })
    return readAnswer(answer, call.schema, clock(), call.badItem)
  }

  function noteFailure(url: string, tries: number): void {
    const before = inUse()?.url
    choice = afterNoAnswer(choice, url, parents(), tries)
    if (choice.url !== before)
      logger.warn({ from: before, to: choice.url }, 'the parent does not answer: the next one is tried')
  }

  function noteAnswer(url: string): void {
    choice = afterAnswer(url)
    if (answeredUrl === url) return
    answeredUrl = url
    onActive?.(url)
  }

  /** The parent in use with a key for it; registers first where there is none, or only one that it has `refused`. */
  async function ready(refused?: string): Promise<{ url: string; apiKey: string }> {
    const parent = inUse()
    if (!parent) throw new ParentError({ kind: 'retryable', message: 'no parent is configured' })
    if (parent.apiKey !== null && parent.apiKey !== refused) return { url: parent.url, apiKey: parent.apiKey }
    if (!attach)
      throw new ParentError({ kind: 'unauthorised', message: `this node is not registered at ${parent.url}` })
    attaching ??= attach(parent.url).finally(() => {
      attaching = undefined
    })
    try {
      await attaching
    } catch (cause) {
      noteFailure(parent.url, 1)
      const kind = parents().length > 1 || cause instanceof ParentError ? 'retryable' : 'unauthorised'
      const retryAfterMs = cause instanceof ParentError ? cause.retryAfterMs : null
      throw new ParentError({
        kind,
        retryAfterMs,
        message: `registration at ${parent.url} failed: ${(cause as Error).message}`,
        cause,
      })
    }
    const apiKey = parents().find((other) => other.url === parent.url)?.apiKey
    if (!apiKey) throw new ParentError({ kind: 'unauthorised', message: `registration at ${parent.url} gave no key` })
    return { url: parent.url, apiKey }
  }

  async function call<T>(request: Call<T>): Promise<T> {
    const first = await ready()
    try {
      return await callWith(first, request)
    } catch (error) {
      if (!attach || !(error instanceof ParentError) || error.status !== 401) throw error
      // The parent has lost its data, or the key has ended: it may let this node in again.
      return await callWith(await ready(first.apiKey), request)
    }
  }

  async function callWith<T>({ url, apiKey }: { url: string; apiKey: string }, request: Call<T>): Promise<T> {
    try {
      const data = await post(url, { ...request, headers: { ...request.headers, 'x-api-key': apiKey } })
      noteAnswer(url)
      return data
    } catch (error) {
      if (!(error instanceof ParentError) || error.kind === 'cancelled') throw error
      if (request.mayTakeLong && error.code === 'TIMEOUT') throw error
      if (countsAgainstParent(error)) noteFailure(url, triesBeforeFailover)
      else noteAnswer(url)
      throw error
    }
  }

  return {
    register: (url, registration, { signal } = {}) =>
      post(url, { path: '/cluster/register', body: JSON.stringify(registration), schema: RegistrationReceipt, signal }),
    sendReport: (report, { signal } = {}) =>
      call({ path: '/reports', body: jsonText(report), schema: ReportReceipt, headers: doNotWait, signal }),
    sendBatch: (reports, { signal, areHistory = false } = {}) =>
      call({
        path: '/reports/batch',
        body: `{"history":${areHistory},"reports":[${reports.map(jsonText).join(',')}]}`,
        schema: BatchReceipt,
        headers: doNotWait,
        signal,
      }),
    async sendHeartbeat(heartbeat, { signal, timeoutMs: ownTimeoutMs } = {}) {
      const body = JSON.stringify(heartbeat)
      await call({ path: '/heartbeat', body, schema: HeartbeatReceipt, timeoutMs: ownTimeoutMs, signal })
    },
    requestDecision: (request, { deadlineMs, signal }) =>
      call({
        path: '/decisions/request',
        body: JSON.stringify({ ...request, deadline_ms: withoutTransit(deadlineMs) }),
        schema: DecisionAnswer,
        timeoutMs: deadlineMs,
        mayTakeLong: true,
        signal,
      }),
    async sendResult(decisionId, result, { signal } = {}) {
      const path = `/decisions/${decisionId}/result`
      await call({ path, body: JSON.stringify(result), schema: z.unknown(), badItem: resultBadItem, signal })
    },
    activeUrl: () => inUse()?.url ?? null,
  }
}

function jsonText(report: ReportBody): string {
  return typeof report === 'string' ? report : JSON.stringify(report)
}

/** What is left of a deadline for the parent when its answer must be back in time. */
function withoutTransit(deadlineMs: number): number {
  return Math.max(1, Math.floor(deadlineMs - Math.min(500, deadlineMs / 10)))
}
