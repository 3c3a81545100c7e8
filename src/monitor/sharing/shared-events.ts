import type { MonitorEvents } from '../changes/events.ts'
import type { ToldEvent } from '../changes/units.ts'

/**
 * What every process has to learn without fail: what people see on their sockets, what makes a remembered value wrong, and what
 * wakes work that another process does. Not among them: what is only measured, and what comes with every report.
 */
const keptTypes: ReadonlySet<string> = new Set([
  'node_status_changed',
  'new_alert',
  'alert_updated',
  'decision_completed',
  'decision_executed',
  'decision_waiting',
  'node_removed',
  'keys_revoked',
  'user_changed',
  'owner_changed',
  'settings_changed',
  'silences_changed',
  'rules_changed',
  'audit_head_moved',
  'commands_queued',
  'notices_queued',
  'feed_moved',
] satisfies Array<keyof MonitorEvents>)

/** Whether an event is kept for the other processes. That the feed moved concerns them only when it is urgent. */
export function isKept({ type, data }: ToldEvent): boolean {
  if (type === 'feed_moved') return 'urgent' in data && data.urgent
  return keptTypes.has(type)
}

/** Whether this version knows the type; a newer one may tell more. */
export const isKnownType = (type: string): type is keyof MonitorEvents => keptTypes.has(type)
