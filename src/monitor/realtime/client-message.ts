import { ClientMessage } from '../../contract/events.ts'
import type { PublicText } from '../../contract/errors.ts'

export type ReadMessage = { ok: true; message: ClientMessage } | { ok: false; text: PublicText }

/** Reads what a client sent; what is no message says why, for the answer. */
export function readMessage(text: string): ReadMessage {
  const parsed = parseJson(text)
  if (parsed === undefined)
    return { ok: false, text: { zh: '消息不是有效的 JSON', en: 'The message is not valid JSON' } }
  const message = ClientMessage.safeParse(parsed)
  if (message.success) return { ok: true, message: message.data }
  const [issue] = message.error.issues
  const path = issue?.path.map(String).join('.') || 'type'
  return { ok: false, text: { zh: `消息无效：${path}`, en: `Invalid message: ${path}: ${issue?.message ?? ''}` } }
}

/** The answer to a message that came as bytes. */
export const notText: PublicText = { zh: '消息必须是文本', en: 'A message must be text' }

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
