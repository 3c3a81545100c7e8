import type { NodeStatus } from '../../contract/common.ts'

/**
 * Percentage of a time span in which a node was online, of the time in which its state was known: what was
 * `unreachable` or `unknown` counts neither for nor against it. Null when nothing is known of the span.
 */
export function availability(span: {
  fromMs: number
  toMs: number
  before: NodeStatus | null
  changes: ReadonlyArray<{ atMs: number; status: NodeStatus }>
}): number | null {
  let online = 0
  let offline = 0
  let status = span.before
  let sinceMs = span.fromMs
  const spend = (untilMs: number) => {
    const ms = Math.max(0, untilMs - sinceMs)
    if (status === 'online') online += ms
    if (status === 'offline') offline += ms
  }
  for (const change of span.changes) {
    spend(change.atMs)
    sinceMs = Math.max(sinceMs, change.atMs)
    status = change.status
  }
  spend(span.toMs)
  const known = online + offline
  return known === 0 ? null : Math.round((online / known) * 10_000) / 100
}
