import type { LlmSection } from '../platform/config/llm.section.ts'
import type { Finding } from './doctor-checks.ts'
import { whyUnreachable } from './monitor-client.ts'

/** Whether the model's API answers and takes the key. Asks for the list of models, which costs nothing. */
export async function checkModel(
  llm: Pick<LlmSection, 'base_url' | 'api_key' | 'model'>,
  signal: AbortSignal,
): Promise<Finding> {
  const { base_url: url, api_key: key, model } = llm
  let status: number
  try {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
    const response = await fetch(`${url.replace(/\/+$/, '')}/models`, { headers, signal })
    await response.arrayBuffer()
    status = response.status
  } catch (error) {
    const todo = 'see whether llm.base_url (OPENAI_BASE_URL) is right; until then nothing that needs it is approved'
    return { status: 'failed', text: `${url} cannot be reached: ${whyUnreachable(error)}`, todo }
  }
  if (status === 401 || status === 403) {
    return { status: 'failed', text: `${url} refuses the key`, todo: 'set llm.api_key (OPENAI_API_KEY)' }
  }
  if (status >= 500) return { status: 'warning', text: `${url} answers ${status}`, todo: 'try again later' }
  return { status: 'ok', text: `${url} answers; the judge is ${model ?? 'not named'}` }
}
