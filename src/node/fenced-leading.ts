import { asLeader, FencedOff } from '../monitor/changes/fence.ts'
import type { Leadership } from '../monitor/replicas/leadership.service.ts'
import type { Leading } from './leading.ts'

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
