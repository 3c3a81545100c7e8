import type { LiveMeasurement } from '../../contract/better-monitor/monitor-data.ts'
import { serviceUnavailable } from '../../contract/errors.ts'
import { every, type Every } from '../../lib/every.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Logger } from '../../platform/logger.ts'
import type { MonitorEvents } from '../changes/events.ts'
import { liveFigures } from './live-figures.ts'

/** Measurements of a node, as the monitor at the end of `path` gets them. Throws when it is out of reach. */
export type ReadLive = (path: readonly string[], agentId: string, signal: AbortSignal) => AsyncIterable<LiveMeasurement>

type Listener = (measurement: LiveMeasurement) => void

interface Feed {
  listeners: Set<Listener>
  /** Ends the reading from the node's own monitor; null for a node that reports here. */
  end: () => void
}

const maxFeeds = 1_000
const retryMs = 5_000

/**
 * Measurements at the moment they are reported, of nodes of any depth: those that report here are heard on the bus, the
 * others are asked for at their own monitor, once for all who watch, and only while somebody does.
 */
export function createLiveFeeds(parts: {
  bus: Bus<MonitorEvents>
  /** agent_ids from this monitor down to the node; null when it is not in the tree. */
  pathTo: (agentId: string) => Promise<string[] | null>
  readLive: ReadLive
  /** Told of a node that is watched from now on, so that other processes of this monitor tell what they hear of it. */
  onOpen?: ((agentId: string) => void) | undefined
  logger: Logger
}) {
  const { bus, pathTo, readLive, onOpen, logger } = parts
  const feeds = new Map<string, Feed>()
  const ended = bus.on('measured', ({ agent_id, at, metrics }) => {
    if (feeds.has(agent_id)) tell(agent_id, liveFigures(at, metrics))
  })

  function tell(agentId: string, measurement: LiveMeasurement): void {
    for (const listener of [...(feeds.get(agentId)?.listeners ?? [])]) listener(measurement)
  }

  /** Reads until the stream breaks; `every` begins anew, wherever the node hangs by then. */
  function follow(agentId: string): Every & { abort: AbortController } {
    const abort = new AbortController()
    const reading = every(
      retryMs,
      async () => {
        const owner = (await pathTo(agentId))?.slice(0, -1) ?? []
        if (owner.length <= 1 || abort.signal.aborted) return
        for await (const measurement of readLive(owner, agentId, abort.signal)) tell(agentId, measurement)
      },
      (err) => {
        if (!abort.signal.aborted) logger.debug({ err, node: agentId }, 'live measurements are asked for again')
      },
    )
    return { ...reading, abort }
  }

  function open(agentId: string): Feed {
    if (feeds.size >= maxFeeds) throw tooMany()
    const following = follow(agentId)
    const end = () => {
      following.abort.abort(new Error('nobody watches any more'))
      void following.stop()
    }
    const feed: Feed = { listeners: new Set(), end }
    feeds.set(agentId, feed)
    onOpen?.(agentId)
    return feed
  }

  return {
    /** Tells every later measurement of the node. Returns how to end it. Throws SERVICE_UNAVAILABLE when too many are watched. */
    watch(agentId: string, listener: Listener): () => void {
      const feed = feeds.get(agentId) ?? open(agentId)
      // A wrapper, so that the same function given twice is told twice and ended once each.
      const entry: Listener = (measurement) => listener(measurement)
      feed.listeners.add(entry)
      return () => {
        if (!feed.listeners.delete(entry) || feed.listeners.size > 0) return
        feed.end()
        if (feeds.get(agentId) === feed) feeds.delete(agentId)
      }
    },
    /** Tells a measurement that was not heard here. */
    hear: tell,
    /** The nodes that somebody watches. */
    watched: () => [...feeds.keys()],
    close(): void {
      ended()
      for (const feed of feeds.values()) feed.end()
      feeds.clear()
    },
  }
}
export type LiveFeeds = ReturnType<typeof createLiveFeeds>

const tooMany = () =>
  serviceUnavailable('同时查看的服务器过多', 'too many servers are watched at once', {
    headers: { 'Retry-After': '10' },
  })
