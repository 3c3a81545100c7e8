import type { z } from 'zod'
import { invalidRequest, payloadTooLarge } from '../../contract/errors.ts'
import type { JsonObject } from '../../contract/common.ts'
import { LinkError } from './fault.ts'
import { MAX_BODY_BYTES } from './frame.ts'
import { decodeBody, encodeBody } from './headers.ts'
import type { Stream } from './stream.ts'

/** What a handler knows of who asks. */
export interface CallContext {
  /** agent_ids that the question came by: the asking node first, the neighbour last. */
  via: readonly string[]
  /** Opaque to the link: the actor and what else the asking node says. */
  meta: JsonObject
  /** What was left of the caller's patience when the question arrived; null for a stream, which has no end set. */
  deadlineMs: number | null
  /** Aborted when nobody waits any more. */
  signal: AbortSignal
}

export interface Method<Params extends z.ZodType, Result extends z.ZodType> {
  name: string
  params: Params
  result: Result
  handle(params: z.output<Params>, context: CallContext): Promise<z.input<Result>> | z.input<Result>
}

export interface StreamMethod<Params extends z.ZodType> {
  name: string
  params: Params
  /** The stream ends when this returns and is reset with its error when it throws. */
  handle(params: z.output<Params>, stream: Stream, context: CallContext): Promise<void>
}

/** Runs the method on a body; answers with the body of the result. Rejects with AppError, or whatever the handler throws. */
type CallHandler = (body: Uint8Array, context: CallContext) => Promise<Uint8Array>
/** Parses the body at once and throws AppError INVALID_REQUEST; what it returns runs the handler. */
type StreamHandler = (body: Uint8Array) => (stream: Stream, context: CallContext) => Promise<void>

export interface Methods {
  /** Throws when the name is taken. */
  register<P extends z.ZodType, R extends z.ZodType>(method: Method<P, R>): void
  registerStream<P extends z.ZodType>(method: StreamMethod<P>): void
  call(name: string): CallHandler | undefined
  stream(name: string): StreamHandler | undefined
}

/** What one side of a link offers to the other. Parameters and results are parsed here, and nowhere further in. */
export function createMethods(): Methods {
  const calls = new Map<string, CallHandler>()
  const streams = new Map<string, StreamHandler>()

  function claim(name: string): void {
    if (calls.has(name) || streams.has(name)) throw new TypeError(`the link method ${name} is registered twice`)
  }

  return {
    register({ name, params, result, handle }) {
      claim(name)
      calls.set(name, async (body, context) => {
        const answer = result.parse(await handle(parseParams(name, params, body), context))
        const bytes = encodeBody(answer)
        if (bytes.length > MAX_BODY_BYTES) throw answerTooLarge(name, bytes.length)
        return bytes
      })
    },
    registerStream({ name, params, handle }) {
      claim(name)
      streams.set(name, (body) => {
        const parsed = parseParams(name, params, body)
        return (stream, context) => handle(parsed, stream, context)
      })
    },
    call: (name) => calls.get(name),
    stream: (name) => streams.get(name),
  }
}

function parseParams<P extends z.ZodType>(name: string, schema: P, body: Uint8Array): z.output<P> {
  const parsed = schema.safeParse(readBody(body))
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ field: issue.path.join('.'), problem: issue.message }))
  throw invalidRequest('请求参数无效', 'Invalid parameters', { details: { method: name, fields } })
}

function readBody(body: Uint8Array): unknown {
  try {
    return decodeBody(body)
  } catch (cause) {
    throw invalidRequest('请求参数不是有效的 JSON', 'The parameters are not valid JSON', { cause })
  }
}

const answerTooLarge = (name: string, bytes: number) =>
  payloadTooLarge('应答过大', 'The answer is too large', {
    details: { method: name, bytes, max_bytes: MAX_BODY_BYTES },
  })

/** Reads the answer of `hop`; an answer that is no JSON is LinkError REMOTE. */
export function readAnswer(hop: string, body: Uint8Array): unknown {
  try {
    return decodeBody(body)
  } catch {
    throw new LinkError('REMOTE', hop, 'the answer is not JSON')
  }
}
