import { z } from 'zod'
import { AgentId } from '../../contract/common.ts'
import { eventSchemas } from '../../contract/events.ts'
import type { Bus } from '../../platform/bus.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { Broadcast } from '../sharing/broadcast.ts'
import type { LiveExchange } from './live-exchange.ts'
import { liveFigures } from './live-figures.ts'

const reportsTopic = 'reports'
const jobsTopic = 'jobs'
const gatherMs = 100

const JobStarted = z.object({ agent_id: AgentId, job_id: z.string() })

/**
 * Emits on the bus of this process, and tells the other processes what their sockets show of it and nobody keeps: that a report
 * came, that a job began, and what a node measured that is watched there. What they tell is emitted here, and told no further.
 */
export function createOutlet(parts: {
  bus: Pick<Bus<MonitorEvents>, 'emit'>
  broadcast: Broadcast
  exchange: Pick<LiveExchange, 'isWatched' | 'tell'>
}): Pick<Bus<MonitorEvents>, 'emit'> {
  const { bus, broadcast, exchange } = parts
  broadcast.on(reportsTopic, eventSchemas.report_received, (received) => bus.emit('report_received', received))
  broadcast.on(jobsTopic, JobStarted, (started) => bus.emit('job_started', started))

  const tellers: { [T in keyof MonitorEvents]?: (data: MonitorEvents[T]) => void } = {
    report_received: (received) => broadcast.tell(reportsTopic, received, gatherMs),
    job_started: (started) => broadcast.tell(jobsTopic, started, 0),
    measured({ agent_id, at, metrics }) {
      if (exchange.isWatched(agent_id)) exchange.tell(agent_id, liveFigures(at, metrics))
    },
  }
  return {
    emit(name, event) {
      bus.emit(name, event)
      tellers[name]?.(event)
    },
  }
}
