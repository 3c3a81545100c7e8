import type { NodeProcess } from './node-process.ts'
import type { DemoPlace } from './node-config.ts'
import type { RunningService } from './services.ts'
import type { Timeline } from './timeline.ts'
import type { WatchedMonitor } from './watched-monitor.ts'

/** The running tree, as the steps of the demo see it. */
export interface World {
  timeline: Timeline
  /** Aborted when the demo is told to end. */
  signal: AbortSignal
  /** Milliseconds, monotonic. */
  clock: () => number
  node(id: string): NodeProcess
  nodes(): readonly NodeProcess[]
  place(id: string): DemoPlace
  monitor(id: string): WatchedMonitor
  /** The service that a leaf supervises. */
  service(leaf: string): RunningService
}

/** One thing that the demo shows. */
export interface Step {
  title: string
  /** Without it nothing of what follows can be shown. */
  isGround?: boolean
  /** Does it and waits until it is seen; the text is what the summary says of it. Throws when something did not happen. */
  run(world: World): Promise<string>
}

/** Longest wait for anything that happens in the tree. */
export const stepTimeoutMs = 30_000
