/** One node of the demo's tree. */
export interface DemoNode {
  id: string
  name: string
  /** agent_id of its parent; null for the root. */
  parent: string | null
  isMonitor: boolean
  /** The small service that it supervises. */
  service: DemoService | null
}

export interface DemoService {
  name: string
  /** The probe may restart it by itself. */
  autoRestart: boolean
  /** Starts that may fail before a person is called. */
  startAttempts: number
}

const service = (name: string, autoRestart: boolean, startAttempts = 2): DemoService => ({
  name,
  autoRestart,
  startAttempts,
})

const monitor = (id: string, name: string, parent: string | null): DemoNode => ({
  id,
  name,
  parent,
  isMonitor: true,
  service: null,
})
const leaf = (id: string, name: string, parent: string, supervised: DemoService): DemoNode => ({
  id,
  name,
  parent,
  isMonitor: false,
  service: supervised,
})

/** The tree of the demo, parents before their children. */
export const demoTree: readonly DemoNode[] = [
  monitor('root', 'Head office', null),
  monitor('region-eu', 'Region Europe', 'root'),
  monitor('region-as', 'Region Asia', 'root'),
  leaf('eu-web', 'Web server', 'region-eu', service('web', true)),
  leaf('eu-queue', 'Queue server', 'region-eu', service('queue', false)),
  leaf('as-cache', 'Cache server', 'region-as', service('cache', true)),
  leaf('as-ledger', 'Ledger server', 'region-as', service('ledger', true, 1)),
]

/** agent_ids of the direct children of a node. */
export function childrenOf(id: string): string[] {
  return demoTree.filter((node) => node.parent === id).map((node) => node.id)
}
