import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createMonitorClient } from '../monitor-client.ts'
import { demoTree, type DemoNode } from './layout.ts'
import { eventText } from './narration.ts'
import { filesFolder, nodeConfig, type DemoPlace, type DemoSecrets } from './node-config.ts'
import { createNodeProcess, type NodeProcess } from './node-process.ts'
import { freePorts } from './ports.ts'
import { createService, type RunningService } from './services.ts'
import type { Timeline } from './timeline.ts'
import { watchMonitor, type WatchedMonitor } from './watched-monitor.ts'
import type { World } from './world.ts'

/** Starts the services and the nodes of the demo, parents before children, and opens the event socket of every monitor. */
export async function raiseTree(use: {
  folder: string
  program: readonly string[]
  secrets: DemoSecrets
  /** Environment of the root: its model. */
  rootEnv: NodeJS.ProcessEnv
  timeline: Timeline
  clock: () => number
  random: () => number
  signal: AbortSignal
}): Promise<World> {
  const { folder, program, secrets, timeline, clock, random, signal } = use
  const ports = await freePorts(demoTree.length * 2, random)
  const places = new Map<string, DemoPlace>()
  const nodes = new Map<string, NodeProcess>()
  const services = new Map<string, RunningService>()
  const monitors = new Map<string, WatchedMonitor>()

  function prepare(node: DemoNode): void {
    const place = { folder: join(folder, node.id), port: ports.pop() ?? 0, servicePort: ports.pop() ?? 0 }
    places.set(node.id, place)
    if (!node.isMonitor) mkdirSync(filesFolder(place), { recursive: true })
    const parent = node.parent === null ? undefined : nodes.get(node.parent)
    const config = nodeConfig(node, { place, parentUrl: parent?.url ?? null, secrets, program })
    const env = node.parent === null ? use.rootEnv : {}
    nodes.set(node.id, createNodeProcess({ id: node.id, ...place, config, program, env, signal }))
    if (node.service) services.set(node.id, createService(node.service, place, program))
  }

  async function up(node: DemoNode): Promise<void> {
    const running = demand(nodes, node.id)
    const beganMs = clock()
    await running.start()
    timeline.say(node.id, `is up at ${running.url} after ${Math.round(clock() - beganMs)} ms`)
    if (node.isMonitor) monitors.set(node.id, watch(node.id, running.url))
  }

  function watch(id: string, url: string): WatchedMonitor {
    const client = createMonitorClient(url, { username: 'admin', password: secrets.adminPassword })
    const tell = (event: Parameters<typeof eventText>[0]): void => {
      const text = eventText(event)
      if (text !== null) timeline.say(id, `hears: ${text}`)
    }
    return watchMonitor({ id, client, clock, tell, signal })
  }

  for (const node of demoTree) prepare(node)
  for (const running of services.values()) {
    running.setData(true)
    await running.start()
  }
  timeline.say(
    'you',
    `start ${services.size} small services: ${[...services.values()].map(({ name }) => name).join(', ')}`,
  )
  const depthOf = (node: DemoNode): number =>
    node.parent === null ? 0 : 1 + depthOf(demoTree.find(({ id }) => id === node.parent) ?? node)
  for (const level of [0, 1, 2]) {
    await Promise.all(demoTree.filter((node) => depthOf(node) === level).map(up))
  }
  await Promise.all([...monitors.values()].map(({ connected }) => connected))
  return {
    timeline,
    signal,
    clock,
    node: (id) => demand(nodes, id),
    nodes: () => [...nodes.values()],
    place: (id) => demand(places, id),
    monitor: (id) => demand(monitors, id),
    service: (id) => demand(services, id),
  }
}

function demand<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id)
  if (found === undefined) throw new Error(`the demo has no ${id} of that kind`)
  return found
}
