import type { MonitorClient } from '../monitor-client.ts'
import { followEvents, type StreamEvent } from '../event-stream.ts'
import { until } from './wait.ts'

export interface SeenEvent extends StreamEvent {
  /** By the demo's monotonic clock. */
  atMs: number
}

/** A monitor of the demo as its API and its event socket show it. */
export interface WatchedMonitor {
  id: string
  client: MonitorClient
  /** How many events came up to now: only later ones count for `event`. */
  mark(): number
  /** The first event after `since` that fits; throws when none came in time. */
  event(
    what: string,
    fits: (event: SeenEvent) => boolean,
    options: { since: number; timeoutMs: number },
  ): Promise<SeenEvent>
  /** Resolves when the socket is open. */
  connected: Promise<void>
}

export function watchMonitor(use: {
  id: string
  client: MonitorClient
  clock: () => number
  tell: (event: SeenEvent) => void
  signal: AbortSignal
}): WatchedMonitor {
  const { id, client, clock, tell, signal } = use
  const events: SeenEvent[] = []
  const connected = Promise.withResolvers<void>()
  void followEvents({
    url: client.url,
    token: (renew) => client.token(renew),
    onEvent(event) {
      const seen = { ...event, atMs: clock() }
      events.push(seen)
      tell(seen)
    },
    onState: (open) => {
      if (open) connected.resolve()
    },
    signal,
  })
  return {
    id,
    client,
    mark: () => events.length,
    connected: connected.promise,
    event: (what, fits, { since, timeoutMs }) =>
      until(what, async () => events.slice(since).find(fits), { timeoutMs, signal }),
  }
}
