import { z } from 'zod'
import {
  answerTypeOf,
  CancelRequest,
  JobWatchRequest,
  ProcessKillMessage,
  type RequestId,
  ServerRequest,
  type ServerRequestType,
  ShellCommandRequest,
} from '../../contract/better-monitor/server-socket.ts'
import { type AppError, conflict, invalidRequest, type PublicText, rateLimited } from '../../contract/errors.ts'
import { readJob } from '../../monitor/operations/calls/jobs.ts'
import { killProcess, listProcesses } from '../../monitor/operations/calls/processes.ts'
import { runCommand } from '../../monitor/operations/calls/terminal.ts'
import { askHost } from '../../monitor/operations/host-call.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { UserActor } from '../../monitor/auth/actor.ts'
import { createMessageRate } from '../../monitor/realtime/message-rate.ts'
import { plainCode } from '../http/envelope.ts'
import { appErrorOf } from '../http/error-answer.ts'
import { invalidInput } from '../http/invalid-input.ts'
import { dockerRequests } from './requests/docker.ts'
import { fileContent, fileList, fileUploads } from './requests/files.ts'
import { nginxRequests } from './requests/nginx.ts'
import { asks, Nothing, type RequestContext, type RequestHandler, takes } from './requests/request.ts'

const maxInFlight = 16
/** Heard also when everything else is busy. */
const isNoWork: ReadonlySet<ServerRequestType> = new Set(['heartbeat', 'cancel'] as const)

const tooFast = (perSecond: number) =>
  rateLimited(`每秒最多 ${perSecond} 个请求`, `At most ${perSecond} requests a second`)
const tooMany = () =>
  rateLimited(`同时处理的请求最多 ${maxInFlight} 个`, `At most ${maxInFlight} requests are worked on at once`)
const noJson = () => invalidRequest('消息不是有效的 JSON 文本', 'The message is no JSON text')
const cancelled = () => conflict('请求已取消', 'The request was cancelled')

interface InFlight {
  id: RequestId | undefined
  abort: AbortController
}

/**
 * Answers what a person asks on the socket of a server, by the same calls as the REST API: who may is asked anew for every
 * message. Returns what takes one message.
 */
export function answerRequests(parts: {
  operations: Operations
  actor: UserActor
  serverId: number
  language: keyof PublicText
  /** Of the socket; the requests on it are told apart by a number behind it. */
  socketId: string
  /** How many requests a second are answered; one more is refused. */
  maxPerSecond: number
  clock: () => number
  newId: () => string
  ended: AbortSignal
  say: (type: string, data: object) => Promise<void>
  watchJob: (jobId: string) => void
  onFailure: (error: unknown) => void
}): (text: string | null) => void {
  const { operations, actor, serverId, language, socketId, maxPerSecond, clock, ended, say, watchJob, onFailure } =
    parts
  const handlers: Record<ServerRequestType, RequestHandler> = {
    shell_command: takes(ShellCommandRequest, async ({ command, session }, context) => ({
      ...(await askHost(operations, context.asked, serverId, runCommand(command, session))),
      session: session ?? null,
    })),
    file_list: fileList,
    file_content: fileContent,
    file_upload: fileUploads(parts),
    process_list: asks(Nothing, listProcesses),
    process_kill: asks(ProcessKillMessage, killProcess),
    docker_command: dockerRequests,
    nginx_command: nginxRequests,
    heartbeat: takes(Nothing, async () => ({})),
    job_watch: takes(JobWatchRequest, async ({ job_id }, context) => {
      const job = await askHost(operations, context.asked, serverId, readJob(job_id))
      context.watchJob(job_id)
      return job
    }),
    cancel: takes(CancelRequest, async ({ request_id }) => ({ cancelled: cancel(request_id) })),
  }
  const rate = createMessageRate({ maxPerSecond, clock })
  const inFlight = new Set<InFlight>()
  let count = 0

  function cancel(id: RequestId): boolean {
    const found = [...inFlight].filter((request) => request.id === id)
    for (const { abort } of found) abort.abort(cancelled())
    return found.length > 0
  }

  function refuse(error: AppError, requestId: RequestId | undefined): void {
    const details = error.details ? { details: error.details } : {}
    const message = error.text[language]
    void say('error', { code: plainCode(error), message, request_id: requestId, ...details })
  }

  function failed(error: unknown, requestId: RequestId | undefined, input: unknown, signal: AbortSignal): void {
    if (ended.aborted) return
    if (signal.aborted) return refuse(cancelled(), requestId)
    if (error instanceof z.ZodError) return refuse(invalidInput(error, input, language), requestId)
    const told = appErrorOf(error)
    if (told.status === 500) onFailure(error)
    refuse(told, requestId)
  }

  async function answer(type: ServerRequestType, data: unknown, id: RequestId | undefined): Promise<void> {
    const abort = new AbortController()
    const request: InFlight = { id, abort }
    const signal = AbortSignal.any([ended, abort.signal])
    const context: RequestContext = {
      operations,
      asked: { actor, requestId: `${socketId.slice(0, 100)}/${++count}`, signal },
      serverId,
      tell: (told, more) => say(told, { ...more, request_id: id }),
      ended,
      watchJob,
    }
    if (!isNoWork.has(type)) inFlight.add(request)
    try {
      const answered = await handlers[type](data, context)
      if (!ended.aborted) await say(answerTypeOf(type), { ...answered, request_id: id })
    } catch (error) {
      failed(error, id, data, abort.signal)
    } finally {
      inFlight.delete(request)
    }
  }

  return function take(text) {
    const message = text === null ? undefined : readJson(text)
    if (message === undefined) return refuse(noJson(), undefined)
    const parsed = ServerRequest.safeParse(message)
    if (!parsed.success) return refuse(invalidInput(parsed.error, message, language), requestIdIn(message))
    const { type, payload, data = payload ?? {} } = parsed.data
    const id = parsed.data.request_id ?? requestIdIn(data)
    if (!rate.allows()) return refuse(tooFast(maxPerSecond), id)
    if (inFlight.size >= maxInFlight && !isNoWork.has(type)) return refuse(tooMany(), id)
    // What is cancelled stands in the data of a cancel.
    void answer(type, data, type === 'cancel' ? parsed.data.request_id : id)
  }
}

const WithId = z.object({ request_id: ServerRequest.shape.request_id })

/** The id of a message that is otherwise not understood, or that has it among its data. */
function requestIdIn(value: unknown): RequestId | undefined {
  return WithId.safeParse(value).data?.request_id
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
