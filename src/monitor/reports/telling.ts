import type { MonitorEvents } from '../changes/events.ts'
import type { Incoming } from './incoming.ts'

/** A unit of work, which tells after its commit, or the bus itself. */
interface Teller {
  emit<T extends keyof MonitorEvents>(type: T, data: MonitorEvents[T]): void
}

/** Tells what a report says of its node now. */
export function tellCurrent(teller: Teller, { agentId, report }: Incoming): void {
  const { status, timestamp, metrics } = report
  teller.emit('report_received', { agent_id: agentId, status, timestamp })
  teller.emit('measured', { agent_id: agentId, at: timestamp, metrics })
}

/** Tells that a report was stored, or was known already. */
export function tellTaken(teller: Teller, { report }: Incoming, result: 'accepted' | 'duplicate'): void {
  const levels = result === 'duplicate' ? [] : report.issues.map((issue) => issue.level)
  teller.emit('report_taken', { result, levels })
}
