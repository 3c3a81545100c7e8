import { afterEach, expect, test, vi } from 'vitest'
import type { LiveMeasurement } from '../../contract/better-monitor/monitor-data.ts'
import { createBus } from '../../platform/bus.ts'
import { createLogger } from '../../platform/logger.ts'
import type { MonitorEvents } from '../changes/events.ts'
import { createLiveFeeds } from './live-feeds.ts'
import { liveFigures } from './live-figures.ts'

const logger = createLogger({ level: 'silent' })
const at = '2026-01-02T03:04:05.000Z'
const open: Array<{ close(): void }> = []
afterEach(() => {
  for (const feeds of open.splice(0)) feeds.close()
})

/** Nodes called `deep-…` hang below a region, all others report here. */
function feedsOver() {
  const bus = createBus<MonitorEvents>({ logger })
  const asked: Array<{ path: readonly string[]; agentId: string; signal: AbortSignal }> = []
  let push: (measurement: LiveMeasurement) => void = () => undefined
  const feeds = createLiveFeeds({
    bus,
    logger,
    pathTo: async (agentId) => (agentId.startsWith('deep') ? ['root', 'region', agentId] : ['root', agentId]),
    async *readLive(path, agentId, signal) {
      asked.push({ path, agentId, signal })
      while (!signal.aborted) {
        yield await new Promise<LiveMeasurement>((resolve, reject) => {
          push = resolve
          signal.addEventListener('abort', () => reject(new Error('ended')))
        })
      }
    },
  })
  open.push(feeds)
  return { bus, asked, feeds, measure: (measurement: LiveMeasurement) => push(measurement) }
}

test('a node that reports here is heard on the bus, by those who watch it and while they do', () => {
  const { bus, feeds } = feedsOver()
  const heard: LiveMeasurement[] = []
  const end = feeds.watch('leaf', (measurement) => heard.push(measurement))
  bus.emit('measured', { agent_id: 'leaf', at, metrics: { cpu_percent: 7 } })
  bus.emit('measured', { agent_id: 'other', at, metrics: { cpu_percent: 8 } })
  end()
  bus.emit('measured', { agent_id: 'leaf', at, metrics: { cpu_percent: 9 } })
  expect(heard).toEqual([liveFigures(at, { cpu_percent: 7 })])
})

test('a deep node is asked for once at its own monitor for all who watch, until the last of them goes', async () => {
  const { asked, feeds, measure } = feedsOver()
  const heard: string[] = []
  const ends = ['first', 'second'].map((name) => feeds.watch('deep-leaf', () => heard.push(name)))
  await vi.waitFor(() => expect(asked).toHaveLength(1), 20_000)
  expect(asked[0]).toMatchObject({ path: ['root', 'region'], agentId: 'deep-leaf' })
  measure(liveFigures(at, {}))
  await vi.waitFor(() => expect(heard).toEqual(['first', 'second']), 20_000)
  ends[0]?.()
  ends[0]?.()
  expect(asked[0]?.signal.aborted).toBe(false)
  ends[1]?.()
  expect(asked[0]?.signal.aborted).toBe(true)
  expect(asked).toHaveLength(1)
})
