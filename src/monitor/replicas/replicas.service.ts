import type { SelfStatus } from '../../contract/self.ts'
import type { Database } from '../../db/open.ts'
import { type Every, every } from '../../lib/every.ts'
import type { Logger } from '../../platform/logger.ts'
import { beat, leave, type OtherReplica } from './replicas.store.ts'

const beatMs = 1_000

/**
 * This process among the others of the same monitor: says that it lives, and knows which others do. What it knows of them is
 * at most a beat old; while the database is away it keeps what it knew.
 */
export function createReplicas(parts: {
  database: Pick<Database, 'sql'>
  /** Of this start of this process. */
  id: string
  /** Null unless this process leads and has a parent. */
  parentStatus: () => SelfStatus['parent']
  /** After every beat; `isNew`: the others may have taken this process for gone until now. */
  onBeat: (isNew: boolean) => Promise<void>
  /** The database could not be told. */
  onMissed: () => void
  logger: Logger
}) {
  const { database, id, parentStatus, onBeat, onMissed, logger } = parts
  let others: readonly OtherReplica[] = []
  let leader: string | null = null
  let self: Pick<OtherReplica, 'id' | 'address' | 'startedAt'> | null = null
  let beating: Every | null = null
  let failing = false

  async function once(address: string): Promise<void> {
    const seen = await beat(database.sql, { id, address, parent: parentStatus() })
    others = seen.others
    leader = seen.leader
    self = { id, address, startedAt: seen.startedAt }
    await onBeat(seen.isNew)
    failing = false
  }

  return {
    /** This process, as the others see it; null before it has started. */
    self: () => self,
    /** The other processes, as of the last beat. */
    others: () => others,
    /** The process that leads, when that is another one that is here. */
    leader: () => others.find((other) => other.id === leader) ?? null,
    /** From now on the others reach this process at `address`. */
    start(address: string): void {
      beating = every(
        beatMs,
        () => once(address),
        (err) => {
          onMissed()
          logger[failing ? 'debug' : 'error']({ err }, 'the other processes could not be told that this one lives')
          failing = true
        },
      )
    },
    /** Another process has told something on `replicasChannel`. */
    look: () => beating?.now(),
    /** Says goodbye, so that nobody waits for this process. Answers whether it was the last one. */
    async stop(): Promise<boolean> {
      await beating?.stop()
      return beating !== null && (await leave(database.sql, id))
    },
  }
}
