import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../db/open.ts'
import type { Bus } from '../../platform/bus.ts'
import type { MonitorEvents } from '../changes/events.ts'
import { endTurn, isDeliberated, takeTurn } from './turns.store.ts'

/** Beyond the time of a deliberation, for what it writes at its end. */
const marginMs = 5_000
const lookMs = 200

/** Of several processes of one monitor, which deliberates about a decision. */
export interface Turns {
  /**
   * Runs `work`, unless another process deliberates about the decision at this moment: then waits until that has ended, at most
   * `forMs` or until `signal`.
   */
  take(decisionId: number, forMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void>
}

/** Turns that are taken in the database. That a decision was settled elsewhere is heard on the bus. */
export function createTurns(parts: {
  database: Database
  bus: Pick<Bus<MonitorEvents>, 'on'>
  replicaId: string
  clock: () => number
}): Turns {
  const { database, bus, replicaId, clock } = parts

  async function waitForOther(decisionId: number, untilMs: number, signal: AbortSignal): Promise<void> {
    const settled = new AbortController()
    const end = bus.on('decision_completed', ({ decision_id }) => {
      if (decision_id === decisionId) settled.abort()
    })
    const over = AbortSignal.any([settled.signal, signal])
    try {
      while (!over.aborted && clock() < untilMs && (await isDeliberated(database.db, decisionId)))
        await sleep(lookMs, undefined, { signal: over }).catch(() => undefined)
    } finally {
      end()
    }
  }

  return {
    async take(decisionId, forMs, signal, work) {
      const endsAtMs = clock() + forMs
      if (!(await takeTurn(database.db, decisionId, replicaId, forMs + marginMs)))
        return await waitForOther(decisionId, endsAtMs, signal)
      try {
        await work()
      } finally {
        await endTurn(database.db, decisionId, replicaId)
      }
    },
  }
}
