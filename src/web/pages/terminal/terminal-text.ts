import type { DetachReason } from '../../../contract/operations/terminal.ts'

/** What a terminal socket says in text; what is typed and shown goes as bytes. */
export type TerminalText =
  | { type: 'scrollback'; bytes: number }
  | { type: 'exit'; code: number | null; signal: number | null }
  | { type: 'detached'; reason: DetachReason }
  | { type: 'error'; code: string; message: string }

const reasons: readonly DetachReason[] = ['taken_over', 'deleted', 'idle', 'stopping']

/** Null for what means nothing here: heartbeats, answers to commands, and what a newer server may say. */
export function readTerminalText(text: string): TerminalText | null {
  const message = parsed(text)
  const data = isObject(message?.['data']) ? message['data'] : {}
  switch (message?.['type']) {
    case 'scrollback':
      return { type: 'scrollback', bytes: numberOr(data['bytes']) ?? 0 }
    case 'exit':
      return { type: 'exit', code: numberOr(data['code']), signal: numberOr(data['signal']) }
    case 'detached': {
      const reason = reasons.find((each) => each === data['reason'])
      return { type: 'detached', reason: reason ?? 'stopping' }
    }
    case 'error':
      return { type: 'error', code: String(data['code']), message: String(data['message']) }
    default:
      return null
  }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null)
