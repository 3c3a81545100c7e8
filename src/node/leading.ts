import { asLeader, FencedOff } from '../monitor/changes/fence.ts'
import type { Leadership } from '../monitor/replicas/leadership.service.ts'

/** What must be done once in a monitor, of how many processes it may be. */
export interface Leading {
  /** Whether this process does it now. */
  leads(): boolean
  /** Runs the work here if this process leads, else not at all: null. What it writes is fenced (see `asLeader`). */
  once<T>(work: () => Promise<T>): Promise<T | null>
  /** Told whenever this process begins to lead; at once when it does already. One that is alone always led: it is not told. */
  onGained(listener: () => void): void
  onLost(listener: () => void): void
}

/** A monitor of one process does everything. */
export const alone: Leading = {
  leads: () => true,
  once: (work) => work(),
  onGained: () => undefined,
  onLost: () => undefined,
}

/** One process of several. */
export function createLeading(parts: { leadership: () => Pick<Leadership, 'epoch' | 'look'> }) {
  const { leadership } = parts
  const gained: Array<() => void> = []
  const lost: Array<() => void> = []
  const leading: Leading = {
    leads: () => leadership().epoch() !== null,
    async once(work) {
      const epoch = leadership().epoch()
      if (epoch === null) return null
      try {
        return await asLeader(epoch, work)
      } catch (error) {
        if (!(error instanceof FencedOff)) throw error
        leadership().look()
        return null
      }
    },
    onGained(listener) {
      gained.push(listener)
      if (leading.leads()) listener()
    },
    onLost: (listener) => void lost.push(listener),
  }
  return {
    leading,
    gained: () => {
      for (const listener of gained) listener()
    },
    lost: () => {
      for (const listener of lost) listener()
    },
  }
}
