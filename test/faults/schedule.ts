import { type NetworkFault, networkFaults } from '../support/fault-proxy.ts'

/** One thing that goes wrong. */
export type Fault =
  | { kind: 'kill'; node: 'root' | 'region' | 'worker' }
  /** Its PostgreSQL dies, or is stopped in good order. */
  | { kind: 'database'; node: 'root' | 'region'; signal: 'SIGKILL' | 'SIGINT' }
  | { kind: 'network'; wire: 'upper' | 'lower'; fault: NetworkFault }
  /** The service that the worker supervises. */
  | { kind: 'service' }

/** A fault, and for how long it goes on before the next comes. */
export interface Step {
  fault: Fault
  forMs: number
}

const always: readonly Fault[] = [
  { kind: 'kill', node: 'root' },
  { kind: 'kill', node: 'region' },
  { kind: 'kill', node: 'worker' },
  { kind: 'database', node: 'root', signal: 'SIGKILL' },
  { kind: 'database', node: 'region', signal: 'SIGKILL' },
  { kind: 'database', node: 'root', signal: 'SIGINT' },
  { kind: 'database', node: 'region', signal: 'SIGINT' },
  { kind: 'service' },
  { kind: 'service' },
]
const someNetworks = 5
const minMs = 200
const maxMs = 2_500

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Every kind of kill, and some of all faults of both networks, in random order and for random times. */
export function randomSchedule(random: () => number): Step[] {
  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, at: random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ item }) => item)
  const networks = (['upper', 'lower'] as const).flatMap((wire) =>
    networkFaults.map((fault): Fault => ({ kind: 'network', wire, fault })),
  )
  const chosen = shuffled([...always, ...shuffled(networks).slice(0, someNetworks)])
  return chosen.map((fault) => ({ fault, forMs: Math.round(minMs + random() * (maxMs - minMs)) }))
}
