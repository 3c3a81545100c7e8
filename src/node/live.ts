import { z } from 'zod'
import { LiveMeasurement } from '../contract/better-monitor/monitor-data.ts'
import { AgentId } from '../contract/common.ts'
import { createWaker } from '../lib/waker.ts'
import type { LiveFeeds, ReadLive } from '../monitor/realtime/live-feeds.ts'
import { jsonLine, readJsonLines } from '../tree/link/json-lines.ts'
import type { LinkServer } from '../tree/link/link-server.ts'
import type { Methods } from '../tree/link/methods.ts'

const liveMethod = 'node.live'
const idleMs = 60_000

/** The stream `node.live`: an ancestor hears what a node that reports here measures. To a slow one only the newest is told. */
export function registerLive(methods: Methods, { live }: { live: LiveFeeds }): void {
  methods.registerStream({
    name: liveMethod,
    params: z.object({ agent_id: AgentId }),
    async handle({ agent_id }, stream) {
      const waker = createWaker()
      let newest: LiveMeasurement | null = null
      const wake = () => waker.wake()
      const end = live.watch(agent_id, (measurement) => {
        newest = measurement
        wake()
      })
      stream.signal.addEventListener('abort', wake, { once: true })
      try {
        while (!stream.signal.aborted) {
          const measurement: LiveMeasurement | null = newest
          newest = null
          if (measurement) await stream.write(jsonLine(measurement))
          else await waker.wait(idleMs)
        }
      } finally {
        end()
        stream.signal.removeEventListener('abort', wake)
      }
    },
  })
}

/** Measurements as the monitor at the end of the path gets them. */
export function liveReader(linkServer: LinkServer): ReadLive {
  return async function* readLive(path, agentId, signal) {
    const stream = await linkServer.open(path.slice(1), liveMethod, { agent_id: agentId }, { signal })
    yield* readJsonLines(stream, LiveMeasurement)
  }
}
