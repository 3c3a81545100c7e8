import type { Events } from '../../contract/events.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { ToldEvent } from '../changes/units.ts'

/** An event as the processes of a monitor write it for each other. */
export interface WrittenEvent {
  type: string
  payload: object
}

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

/** What is told outside of a unit of work, and written soon after. */
const lateTypes: ReadonlySet<string> = new Set(['report_received', 'job_started'] satisfies Array<keyof MonitorEvents>)

/** Many reports of one moment are one row. */
const reportsType = 'reports_received'

/** Whether an event is kept for the other processes. That the feed moved concerns them only when it is urgent. */
export function isKept({ type, data }: ToldEvent): boolean {
  if (type === 'feed_moved') return 'urgent' in data && data.urgent
  return keptTypes.has(type)
}

/** Whether an event is written soon after it was told. */
export const isWrittenLate = (type: string): boolean => lateTypes.has(type)

/** What is written of these events: one row each, but one for all reports. */
export function written(events: readonly ToldEvent[]): WrittenEvent[] {
  const reports = events.filter(({ type }) => type === 'report_received').map(({ data }) => data)
  const rest = events.filter(({ type }) => type !== 'report_received')
  return [
    ...(reports.length > 0 ? [{ type: reportsType, payload: { reports } }] : []),
    ...rest.map(({ type, data }) => ({ type, payload: data })),
  ]
}

/** The events that such a row stands for; none when this version does not know the type, which a newer one may tell. */
export function toldBy({ type, payload }: WrittenEvent): ToldEvent[] {
  if (type === reportsType) {
    const { reports } = payload as { reports: Array<Events['report_received']> }
    return reports.map((data) => ({ type: 'report_received', data }))
  }
  const isKnown = keptTypes.has(type) || lateTypes.has(type)
  return isKnown ? [{ type, data: payload } as ToldEvent] : []
}
