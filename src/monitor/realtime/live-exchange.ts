import { LiveMeasurement } from '../../contract/better-monitor/monitor-data.ts'
import { AgentId } from '../../contract/common.ts'
import type { Broadcast } from '../sharing/broadcast.ts'
import type { LiveFeeds } from './live-feeds.ts'

const watchedTopic = 'watched'
const measuredTopic = 'measured'
/** How often a process repeats what is watched there; one that has not for `forgottenMs` is gone, or nobody watches any more. */
const repeatMs = 5_000
const forgottenMs = 12_000
const gatherMs = 20

const Measured = LiveMeasurement.extend({ agent_id: AgentId })

/**
 * Measurements between the processes of one monitor: each says which nodes are watched there, and whoever takes a report of such
 * a node tells its figures. Nothing is told of a node that nobody watches.
 */
export function createLiveExchange({ broadcast, clock }: { broadcast: Broadcast; clock: () => number }) {
  /** By agent_id, until when somebody elsewhere is taken to watch it. */
  const watched = new Map<string, number>()
  broadcast.on(watchedTopic, AgentId, (agentId) => watched.set(agentId, clock() + forgottenMs))

  function isWatched(agentId: string): boolean {
    const untilMs = watched.get(agentId)
    if (untilMs === undefined) return false
    if (untilMs > clock()) return true
    watched.delete(agentId)
    return false
  }

  return {
    isWatched,

    /** Tells a measurement that was taken here. */
    tell: (agentId: string, measurement: LiveMeasurement): void =>
      broadcast.tell(measuredTopic, { ...measurement, agent_id: agentId }, gatherMs),

    /** The watched node, also told again and again by `repeat`. */
    askFor: (agentId: string): void => broadcast.tell(watchedTopic, agentId, 0),

    /** Joins the feeds of this process to the others. Returns how to end it. */
    join(live: Pick<LiveFeeds, 'watched' | 'hear'>): () => void {
      broadcast.on(measuredTopic, Measured, ({ agent_id, ...measurement }) => live.hear(agent_id, measurement))
      const repeating = setInterval(() => {
        for (const agentId of live.watched()) broadcast.tell(watchedTopic, agentId, gatherMs)
        for (const [agentId, untilMs] of watched) if (untilMs <= clock()) watched.delete(agentId)
      }, repeatMs)
      return () => clearInterval(repeating)
    },
  }
}
export type LiveExchange = ReturnType<typeof createLiveExchange>
