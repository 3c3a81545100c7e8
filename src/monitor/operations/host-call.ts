import type { z } from 'zod'
import type { Asked, Operation, Operations } from './operations.service.ts'

/** One question to a host, what of it stands in the log, and the schema of its answer. REST and sockets ask the same ones. */
export interface HostCall<A extends z.ZodType = z.ZodType> extends Operation {
  answer: A
  deadlineMs: number
}

/** How long an ordinary question to a host may take. */
const callDeadlineMs = 30_000

/** A question that only looks. */
export function looking<A extends z.ZodType>(method: string, params: object, answer: A): HostCall<A> {
  return { method, params, answer, permission: 'read', target: null, deadlineMs: callDeadlineMs }
}

/** A question that acts, or shows what is not everybody's business: it stands in the log with what it works on. */
export function acting<A extends z.ZodType>(
  method: string,
  params: object,
  answer: A,
  about: { target: string | null; details?: Record<string, unknown>; deadlineMs?: number; startsJob?: boolean },
): HostCall<A> {
  return { method, params, answer, permission: 'operate', deadlineMs: callDeadlineMs, ...about }
}

/** Asks a host and holds its answer to the schema. Throws as `Operations.call`. */
export async function askHost<A extends z.ZodType>(
  operations: Operations,
  asked: Asked,
  serverId: number,
  call: HostCall<A>,
): Promise<z.output<A>> {
  return call.answer.parse(await operations.call(asked, serverId, call))
}
