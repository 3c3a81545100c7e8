import { z } from '@hono/zod-openapi'
import { RowId } from '../../contract/common.ts'
import type { Asked, Operation, Operations } from '../../monitor/operations/operations.service.ts'
import { readStreamHead } from '../../tree/link/stream-head.ts'
import type { Stream } from '../../tree/link/stream.ts'
import type { ApiContext } from '../http/api-env.ts'
import { actorOf } from '../http/authenticate.ts'

/** `{id}` of a server in a path. */
export const ServerParams = z.object({ id: RowId })

/** How long an ordinary question to a host may take. */
const callDeadlineMs = 30_000

/** Who asks, and until when: as long as the caller is there. */
export function askedBy(c: ApiContext): Asked {
  return { actor: actorOf(c), requestId: c.get('requestId'), signal: c.req.raw.signal }
}

/** Asks a host one thing and holds its answer to the schema. */
export async function askHost<S extends z.ZodType>(
  operations: Operations,
  c: ApiContext,
  serverId: number,
  operation: Operation & { deadlineMs?: number },
  answer: S,
): Promise<z.output<S>> {
  return answer.parse(await operations.call(askedBy(c), serverId, { deadlineMs: callDeadlineMs, ...operation }))
}

/** What comes in a stream after its head. */
export interface HeadedStream<Head> {
  head: Head
  rest: Uint8Array
  stream: Stream
}

/** Opens a stream to a host that answers with a head and bytes. */
export async function openHeaded<S extends z.ZodType>(
  operations: Operations,
  c: ApiContext,
  serverId: number,
  operation: Operation,
  head: S,
): Promise<HeadedStream<z.output<S>>> {
  const stream = await operations.open(askedBy(c), serverId, operation)
  return { stream, ...(await readStreamHead(stream, head)) }
}

/** The bytes of a stream as the body of an answer; a caller that goes away resets the stream. */
export function bodyOf({ stream, rest }: { stream: Stream; rest: Uint8Array }): ReadableStream<Uint8Array> {
  let first: Uint8Array | null = rest.length > 0 ? rest : null
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const bytes = first ?? (await stream.read())
      first = null
      if (bytes === null) controller.close()
      else controller.enqueue(bytes)
    },
    cancel(reason) {
      stream.reset(reason instanceof Error ? reason : new Error('the reader went away'))
    },
  })
}
