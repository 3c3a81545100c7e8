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
  /** Seconds that a start has to prove itself. */
  verifyS: number
}

const kept = { startAttempts: 2, verifyS: 8 }

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
  leaf('eu-web', 'Web server', 'region-eu', { ...kept, name: 'web', autoRestart: true }),
  leaf('eu-queue', 'Queue server', 'region-eu', { ...kept, name: 'queue', autoRestart: false }),
  leaf('as-cache', 'Cache server', 'region-as', { ...kept, name: 'cache', autoRestart: true }),
  leaf('as-ledger', 'Ledger server', 'region-as', { name: 'ledger', autoRestart: true, startAttempts: 1, verifyS: 2 }),
]

/** agent_ids of the direct children of a node. */
export function childrenOf(id: string): string[] {
  return demoTree.filter((node) => node.parent === id).map((node) => node.id)
}
