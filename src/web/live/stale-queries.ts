import type { LiveEvent } from './live-event.ts'

/** The first part of the keys of queries, so that an event can say which of them are out of date. */
export const queryKeys = {
  alerts: 'alerts',
  decisions: 'decisions',
  intents: 'intents',
  node: 'node',
} as const

/** The queries that an event makes out of date. */
export function staleAfter(event: LiveEvent): ReadonlyArray<readonly string[]> {
  switch (event.type) {
    case 'report_received':
      return [[queryKeys.node, event.data.agent_id]]
    case 'node_status_changed':
    case 'node_removed':
      return [[queryKeys.node, event.data.agent_id], [queryKeys.intents]]
    case 'new_alert':
    case 'alert_updated':
      return [[queryKeys.alerts], [queryKeys.node, event.data.agent_id], [queryKeys.intents]]
    case 'decision_waiting':
    case 'decision_completed':
    case 'decision_executed':
      return [[queryKeys.decisions], [queryKeys.node, event.data.agent_id], [queryKeys.intents]]
    default:
      return []
  }
}

/** Gathers keys and hands them on together, at most once in `pauseMs`, each once. */
export function createGatherer(parts: {
  pauseMs: number
  later: (run: () => void, delayMs: number) => () => void
  hand: (key: readonly string[]) => void
}) {
  const waiting = new Map<string, readonly string[]>()
  let scheduled = false
  return (keys: ReadonlyArray<readonly string[]>): void => {
    for (const key of keys) waiting.set(key.join('\n'), key)
    if (scheduled || waiting.size === 0) return
    scheduled = true
    parts.later(() => {
      scheduled = false
      const all = [...waiting.values()]
      waiting.clear()
      for (const key of all) parts.hand(key)
    }, parts.pauseMs)
  }
}
