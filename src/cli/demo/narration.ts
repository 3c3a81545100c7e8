import { eventSchemas } from '../../contract/events.ts'
import { printable } from '../printable.ts'
import type { StreamEvent } from '../event-stream.ts'

/** An event of `/ws` as a person reads it; null for those that are too many to tell. */
export function eventText({ type, data }: StreamEvent): string | null {
  switch (type) {
    case 'node_status_changed':
      return statusText(eventSchemas.node_status_changed.parse(data))
    case 'new_alert': {
      const { agent_id, level, type: fault, severity } = eventSchemas.new_alert.parse(data)
      return `${level} alert on ${agent_id}: ${printable(fault)} (${severity})`
    }
    case 'alert_updated': {
      const { agent_id, status } = eventSchemas.alert_updated.parse(data)
      return `the alert on ${agent_id} is ${printable(status)}`
    }
    case 'decision_completed': {
      const { agent_id, status, issue_type, authority } = eventSchemas.decision_completed.parse(data)
      return `decision for ${agent_id} (${printable(issue_type)}): ${status}${authority ? ` by ${authority}` : ''}`
    }
    case 'decision_executed': {
      const { agent_id, execution_result } = eventSchemas.decision_executed.parse(data)
      return `${agent_id} has carried out the decision: ${printable(execution_result)}`
    }
    case 'node_removed':
      return `${eventSchemas.node_removed.parse(data).agent_id} has left`
    default:
      return null
  }
}

function statusText(change: ReturnType<typeof eventSchemas.node_status_changed.parse>): string | null {
  const { agent_id, old_status, new_status, old_health, new_health, reason } = change
  if (old_status !== new_status) return `${agent_id} is ${new_status} (${printable(reason)})`
  return new_health === undefined || new_health === old_health ? null : `${agent_id} is ${new_health}`
}
