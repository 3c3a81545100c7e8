import { z } from '@hono/zod-openapi'
import { RowId } from '../../contract/common.ts'
import { askHost as askHostAs, type HostCall } from '../../monitor/operations/host-call.ts'
import type { Asked, Operations } from '../../monitor/operations/operations.service.ts'
import type { Stream } from '../../tree/link/stream.ts'
import type { ApiContext } from '../http/api-env.ts'
import { actorOf } from '../http/authenticate.ts'

/** `{id}` of a server in a path. */
export const ServerParams = z.object({ id: RowId })

/** Who asks, and until when: as long as the caller is there. */
export function askedBy(c: ApiContext): Asked {
  return { actor: actorOf(c), requestId: c.get('requestId'), signal: c.req.raw.signal }
}

/** Asks a host, on behalf of whoever makes the request. */
export const askHost = <A extends z.ZodType>(
  operations: Operations,
  c: ApiContext,
  serverId: number,
  call: HostCall<A>,
) => askHostAs(operations, askedBy(c), serverId, call)

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
