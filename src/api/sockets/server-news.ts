import type { Bus } from '../../platform/bus.ts'
import type { MonitorEvents } from '../../monitor/changes/events.ts'
import { CloseCode } from '../../monitor/realtime/close-codes.ts'
import type { GuardedSocket } from '../../monitor/realtime/guarded-socket.ts'
import type { JobFeeds } from '../../monitor/realtime/job-feeds.ts'
import type { LiveFeeds } from '../../monitor/realtime/live-feeds.ts'
import { liveFigures } from '../../monitor/realtime/live-figures.ts'
import type { ServerNow } from '../../monitor/realtime/server-now.ts'

const maxJobs = 16

/**
 * Tells on the socket of a server what happens to it: how it stands now, then every measurement, change of status, alert
 * and job. Returns how to follow one more job.
 */
export function tellServerNews(parts: {
  socket: GuardedSocket
  now: ServerNow
  bus: Bus<MonitorEvents>
  live: LiveFeeds
  jobFeeds: JobFeeds
  /** Answers, in the order of the questions, whether the person still sees the server; null when that is not known now. */
  askSight: (answer: (sees: boolean | null) => void) => void
  say: (type: string, data: object) => void
}): { watchJob: (jobId: string) => void } {
  const { socket, now, bus, live, jobFeeds, askSight, say } = parts
  const { id: serverId, agentId } = now
  const jobs = new Map<string, () => void>()

  /** Asked before anything is told: a server can be given to somebody else. */
  function tell(type: string, data: object): void {
    askSight((sees) => {
      if (sees) say(type, { server_id: serverId, ...data })
      else if (sees === null) socket.leave(CloseCode.TRY_AGAIN, 'news may be missing: connect again')
      else socket.leave(CloseCode.GONE, 'the server is gone')
    })
  }

  function watchJob(jobId: string): void {
    if (jobs.has(jobId) || jobs.size >= maxJobs || !socket.isOpen()) return
    let isOver = false
    const stop = jobFeeds.watch(serverId, jobId, (heard) => {
      const { type: event, ...what } = heard
      tell('job_progress', { ...what, event, job_id: jobId })
      if (event !== 'end' && event !== 'lost') return
      isOver = true
      jobs.get(jobId)?.()
      jobs.delete(jobId)
    })
    if (isOver) stop()
    else jobs.set(jobId, stop)
  }

  const { status, health, since, measured } = now
  const statusData = (current: string, healthNow: string | undefined, at: string) => ({
    status: current,
    online: current === 'online',
    ...(healthNow === undefined ? {} : { health_status: healthNow }),
    since: at,
  })
  say('status', { server_id: serverId, ...statusData(status, health, since), reason: now.reason })
  if (measured) say('monitor_data', { server_id: serverId, ...liveFigures(measured.at, measured.metrics) })

  const endings = [
    live.watch(agentId, (measurement) => tell('monitor_data', measurement)),
    bus.on('node_status_changed', ({ agent_id, new_status, new_health, reason }) => {
      if (agent_id !== agentId) return
      tell('status', { ...statusData(new_status, new_health, new Date().toISOString()), reason })
    }),
    bus.on('new_alert', ({ agent_id, ...alert }) => {
      if (agent_id === agentId) tell('alert', { ...alert, status: 'active' })
    }),
    bus.on('alert_updated', ({ agent_id, ...alert }) => {
      if (agent_id === agentId) tell('alert', alert)
    }),
    bus.on('job_started', ({ agent_id, job_id }) => {
      if (agent_id === agentId) watchJob(job_id)
    }),
    bus.on('node_removed', ({ agent_id }) => {
      if (agent_id === agentId) socket.leave(CloseCode.GONE, 'the server was removed')
    }),
  ]
  socket.onLeft(() => {
    for (const end of endings) end()
    for (const stop of jobs.values()) stop()
  })
  return { watchJob }
}
