import type { LlmSection } from '../../../platform/config/llm.section.ts'
import { createCappedFetch } from './capped-fetch.ts'
import { noAnswer, type Judgement } from './judgement.ts'
import type { PromptMessage } from './prompt.ts'
import { parseCompletion, verdictSchema } from './verdict.ts'

/** An honest answer is far below this, with its envelope and the model's reasoning. */
const maxAnswerBytes = 131_072

export interface AskOptions {
  config: LlmSection & { model: string }
  messages: PromptMessage[]
  /** Ends the call with its retries; the caller knows why it aborted. */
  signal: AbortSignal
  timeoutMs: number
  clock: () => number
}

/**
 * Loads the SDK. It stands still for more than a tenth of a second meanwhile: a monitor that has a model does so before it
 * listens, others never.
 */
export const loadModelClient = () => import('openai')

/**
 * Asks the model once, with the SDK's own retries for 429, 5xx and lost connections as long as time is left. What goes
 * wrong with the call is `none`; an end by `signal` is `timeout`.
 */
export async function askModel({ config, messages, signal, timeoutMs, clock }: AskOptions): Promise<Judgement> {
  const { OpenAI, APIError, APIConnectionError, APIConnectionTimeoutError, APIUserAbortError } = await loadModelClient()
  const startedAt = clock()
  const capped = createCappedFetch({
    maxBytes: maxAnswerBytes,
    remainingMs: () => startedAt + timeoutMs - clock(),
    clock,
  })
  // Everything that the SDK would otherwise take from the environment is given or switched off.
  const client = new OpenAI({
    baseURL: config.base_url,
    apiKey: config.api_key ?? 'none',
    defaultHeaders: config.api_key === undefined ? { Authorization: null } : {},
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: config.retries,
    // The signal ends the call; the SDK's own timer would only start another attempt.
    timeout: timeoutMs + 60_000,
    fetch: capped.fetch,
    fetchOptions: { redirect: 'error' },
  })
  try {
    const completion: unknown = await client.chat.completions.create(requestBody(config, messages), { signal })
    return parseCompletion(completion, clock() - startedAt)
  } catch (error) {
    if (capped.overflowed()) return noAnswer('unparseable', `longer than ${maxAnswerBytes} bytes`)
    if (error instanceof APIUserAbortError || error instanceof APIConnectionTimeoutError)
      return noAnswer('timeout', 'aborted')
    if (error instanceof SyntaxError) return noAnswer('unparseable', 'the answer is not JSON')
    if (error instanceof APIConnectionError) return noAnswer('unavailable', 'no connection')
    if (!(error instanceof APIError))
      return noAnswer('unavailable', error instanceof Error ? error.name : 'unknown error')
    if (error.code === 'content_filter') return noAnswer('refused', 'the question was stopped by the content filter')
    return noAnswer('unavailable', `HTTP ${String(error.status ?? 'error')}`)
  }
}

function requestBody(config: AskOptions['config'], messages: PromptMessage[]) {
  return {
    model: config.model,
    messages,
    stream: false as const,
    [config.max_tokens_field]: config.max_output_tokens,
    ...(config.temperature === null ? {} : { temperature: config.temperature }),
    response_format:
      config.response_format === 'json_object'
        ? { type: 'json_object' as const }
        : { type: 'json_schema' as const, json_schema: { name: 'verdict', strict: true, schema: verdictSchema } },
  }
}
