import type { SelfStatus } from '../../contract/self.ts'
import type { Database } from '../../db/open.ts'
import { type Every, every } from '../../lib/every.ts'
import type { Logger } from '../../platform/logger.ts'
import { beat, leave, othersHere, type ReplicaRow } from './replicas.store.ts'

const beatMs = 1_000

/**
 * This process among the others of the same monitor: says that it lives, and knows which others do. What it knows of them is
 * at most a beat old; while the database is away it keeps what it knew.
 */
export function createReplicas(parts: {
  database: Pick<Database, 'db'>
  /** Of this start of this process. */
  id: string
  parentStatus: () => SelfStatus['parent']
  /** Told after every beat; `isNew`: the others may have taken this process for gone until now. */
  onBeat: (others: readonly ReplicaRow[], isNew: boolean) => Promise<void>
  logger: Logger
}) {
  const { database, id, parentStatus, onBeat, logger } = parts
  let others: readonly ReplicaRow[] = []
  let address: string | null = null
  let beating: Every | null = null
  let failing = false

  async function once(): Promise<void> {
    if (address === null) return
    const isNew = await beat(database.db, { id, address, parent: parentStatus() })
    others = await othersHere(database.db, id)
    await onBeat(others, isNew)
    failing = false
  }

  return {
    id,
    /** The other processes, as of the last beat. */
    others: () => others,
    /** From now on the others reach this process at `ownAddress`. */
    start(ownAddress: string): void {
      address = ownAddress
      beating = every(beatMs, once, (err) => {
        logger[failing ? 'debug' : 'error']({ err }, 'the other processes could not be told that this one lives')
        failing = true
      })
    },
    /** Beats at once: somebody is new, or there is something to tell. */
    hasten: () => beating?.now(),
    /** Says goodbye, so that nobody waits for this process. */
    async stop(): Promise<void> {
      await beating?.stop()
      if (beating) await leave(database.db, id)
    },
  }
}
