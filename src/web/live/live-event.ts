import type { Events, EventType } from '../../contract/events.ts'

/** What `/ws` pushes, by type (`src/contract/events.ts`). */
export type LiveEvent = { [T in EventType]: { type: T; data: Events[T]; timestamp: string } }[EventType]

/** The event in a text of the socket; null for what is none (`pong`, `subscribed`). The server has checked what is in it. */
export function readEvent(text: string): LiveEvent | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const hasAgent =
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    'data' in value &&
    typeof value.data === 'object' &&
    value.data !== null &&
    'agent_id' in value.data
  return hasAgent ? (value as LiveEvent) : null
}
