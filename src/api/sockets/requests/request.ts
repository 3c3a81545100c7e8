import { z } from 'zod'
import { invalidRequest } from '../../../contract/errors.ts'
import { askHost, type HostCall } from '../../../monitor/operations/host-call.ts'
import type { Asked, Operations } from '../../../monitor/operations/operations.service.ts'

/** What a request has in hand while it is answered. */
export interface RequestContext {
  operations: Operations
  asked: Asked & { signal: AbortSignal }
  serverId: number
  /** Sends something that belongs to the request before its answer; resolves when more may follow. */
  tell: (type: string, data: object) => Promise<void>
  /** Aborted when the socket has ended, for what outlives the request. */
  ended: AbortSignal
  /** Tells the progress of a job of this server on the socket, until either ends. */
  watchJob: (jobId: string) => void
}

/** Takes the `data` of a message and gives that of its answer. Throws AppError, or ZodError for what does not fit. */
export type RequestHandler = (data: unknown, context: RequestContext) => Promise<object>

/** A request whose data fits the schema. */
export function takes<S extends z.ZodType>(
  schema: S,
  handle: (data: z.output<S>, context: RequestContext) => Promise<object>,
): RequestHandler {
  return (data, context) => handle(schema.parse(data), context)
}

/** A request that is one question to the host. */
export function asks<S extends z.ZodType, A extends z.ZodType<object>>(
  schema: S,
  callOf: (data: z.output<S>) => HostCall<A>,
): RequestHandler {
  return takes(schema, (data, { operations, asked, serverId }) => askHost(operations, asked, serverId, callOf(data)))
}

/** Requests of one type told apart by `action`, which stands in the answer too. */
export function byAction(handlers: Record<string, RequestHandler>): RequestHandler {
  const known = Object.keys(handlers)
  return async (data, context) => {
    const { action } = z.object({ action: z.string() }).parse(data)
    const handle = known.includes(action) ? handlers[action] : undefined
    if (!handle) throw unknownAction(known)
    return { action, ...(await handle(data, context)) }
  }
}

const unknownAction = (known: readonly string[]) =>
  invalidRequest(
    `请求参数无效：action 应为 ${known.join('、')} 之一`,
    `Invalid request: action: one of ${known.join(', ')}`,
    {
      details: { issues: [{ path: 'action', message: `one of ${known.join(', ')}` }] },
    },
  )

/** For questions that need nothing but themselves. */
export const Nothing = z.object({})
