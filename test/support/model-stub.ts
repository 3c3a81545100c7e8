import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { z } from 'zod'

type Env = { Bindings: HttpBindings }

/** How the stub answers one request. */
export type ModelBehaviour =
  | { kind: 'approve' | 'reject'; delayMs?: number; reason?: string }
  /** As it chooses by what the node wrote. */
  | { kind: 'choose'; choose: (userText: string) => ModelBehaviour }
  /** Waits for `release`, then approves. */
  | { kind: 'hold' }
  /** Never answers. */
  | { kind: 'hang' }
  | { kind: 'status'; status: number; retryAfterS?: number; body?: unknown }
  /** The given text as the content of an otherwise perfect completion. */
  | { kind: 'content'; content: string | null; finishReason?: string }
  | { kind: 'prose' | 'twoObjects' | 'unknownEnum' | 'huge' | 'empty' | 'refusal' | 'toolCall' }
  /** The given text as the whole body of a 200. */
  | { kind: 'body'; body: string; contentType?: string }
  | { kind: 'resetConnection' }

export interface RecordedRequest {
  body: Record<string, unknown>
  authorization: string | undefined
  /** All that the node wrote, as the model would read it. */
  userText: string
}

export interface ModelStub {
  /** For `llm.base_url`. */
  baseUrl: string
  requests: RecordedRequest[]
  inFlight(): number
  maxInFlight(): number
  /** The next requests are answered so, one each; after that `always` applies. */
  next(...behaviours: ModelBehaviour[]): void
  always(behaviour: ModelBehaviour): void
  /** Lets held requests go, oldest first. */
  release(count?: number): void
  close(): Promise<void>
}

export function verdictJson(decision: string, reason = 'as scripted'): string {
  return JSON.stringify({ decision, risk_level: 'low', reason, analysis: 'scripted analysis' })
}

const contents: Record<
  Extract<
    ModelBehaviour,
    { kind: 'prose' | 'twoObjects' | 'unknownEnum' | 'huge' | 'empty' | 'refusal' | 'toolCall' }
  >['kind'],
  string | null
> = {
  prose: `I think this is fine. ${verdictJson('approve')} Go ahead!`,
  twoObjects: verdictJson('reject') + verdictJson('approve'),
  unknownEnum: verdictJson('APPROVE'),
  huge: verdictJson('approve', 'x'.repeat(200 * 1024)),
  empty: '',
  refusal: null,
  toolCall: null,
}

function completion(content: string | null, finishReason = 'stop', extra: Record<string, unknown> = {}) {
  return {
    id: 'chatcmpl-stub',
    object: 'chat.completion',
    created: 0,
    model: 'stub',
    choices: [
      { index: 0, finish_reason: finishReason, message: { role: 'assistant', content, refusal: null, ...extra } },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }
}

/** A real HTTP server on a free port that speaks the chat-completions protocol and answers as it is told. */
export async function startModelStub(always: ModelBehaviour = { kind: 'approve' }): Promise<ModelStub> {
  let fallback = always
  const scripted: ModelBehaviour[] = []
  const requests: RecordedRequest[] = []
  const held: Array<() => void> = []
  let inFlight = 0
  let maxInFlight = 0

  const answer = async (c: Context<Env>, behaviour: ModelBehaviour, userText: string): Promise<Response> => {
    switch (behaviour.kind) {
      case 'choose':
        return await answer(c, behaviour.choose(userText), userText)
      case 'approve':
      case 'reject':
        if (behaviour.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, behaviour.delayMs))
        return c.json(completion(verdictJson(behaviour.kind, behaviour.reason)))
      case 'hold':
        await new Promise<void>((resolve) => held.push(resolve))
        return c.json(completion(verdictJson('approve')))
      case 'hang':
        return new Promise<Response>(() => {})
      case 'status': {
        const headers = behaviour.retryAfterS === undefined ? {} : { 'Retry-After': String(behaviour.retryAfterS) }
        const body = behaviour.body ?? { error: { message: 'scripted', type: 'stub', code: null } }
        return Response.json(body, { status: behaviour.status, headers })
      }
      case 'content':
        return c.json(completion(behaviour.content, behaviour.finishReason))
      case 'refusal':
        return c.json(completion(null, 'stop', { refusal: 'I cannot help with that.' }))
      case 'toolCall':
        return c.json(
          completion(verdictJson('approve'), 'tool_calls', {
            tool_calls: [{ id: 'call-1', type: 'function', function: { name: 'approve', arguments: '{}' } }],
          }),
        )
      case 'body':
        return c.body(behaviour.body, 200, { 'Content-Type': behaviour.contentType ?? 'application/json' })
      case 'resetConnection':
        c.env.incoming.socket.resetAndDestroy()
        return new Promise<Response>(() => {})
      default:
        return c.json(completion(contents[behaviour.kind]))
    }
  }

  const app = new Hono<Env>()
  app.post('/v1/chat/completions', async (c) => {
    const body = await c.req.json<Record<string, unknown>>()
    const userText = userTextOf(body)
    requests.push({ body, authorization: c.req.header('authorization'), userText })
    maxInFlight = Math.max(maxInFlight, ++inFlight)
    c.env.outgoing.once('close', () => inFlight--)
    return answer(c, scripted.shift() ?? fallback, userText)
  })

  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stub has no port')

  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    requests,
    inFlight: () => inFlight,
    maxInFlight: () => maxInFlight,
    next: (...behaviours) => void scripted.push(...behaviours),
    always: (behaviour) => void (fallback = behaviour),
    release(count = held.length) {
      for (const resume of held.splice(0, count)) resume()
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      if ('closeAllConnections' in server) server.closeAllConnections()
      return closed
    },
  }
}

const Question = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) })

function userTextOf(body: unknown): string {
  const { messages } = Question.parse(body)
  return messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content)
    .join('\n')
}
