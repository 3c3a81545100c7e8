import { AsyncLocalStorage } from 'node:async_hooks'
import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/open.ts'
import { leadership } from '../../db/schema/replicas.ts'

/** Another process leads by now: what this one was doing as the leader came to nothing. */
export class FencedOff extends Error {
  constructor(epoch: number) {
    super(`another process leads since: what was begun in epoch ${epoch} changes nothing any more`)
    this.name = 'FencedOff'
  }
}

const epochOfWork = new AsyncLocalStorage<number | null>()

/**
 * Runs what only the leader may do. Units inside of it change nothing once another process has begun to lead, however long this
 * one was frozen in between; they throw FencedOff then.
 */
export function asLeader<T>(epoch: number, work: () => Promise<T>): Promise<T> {
  return epochOfWork.run(epoch, work)
}

/** Runs what follows from a unit, but is no part of the leader's work. */
export function unfenced(work: () => void): void {
  epochOfWork.run(null, work)
}

/**
 * Throws FencedOff when the work under way is that of a leader of before. The next leader cannot begin until the transaction
 * that has asked is over. Asks nothing where the work is not the leader's.
 */
export async function holdEpoch(tx: Tx): Promise<void> {
  const epoch = epochOfWork.getStore() ?? null
  if (epoch === null) return
  // Not `for key share`: that would let the next leader write its epoch beside this transaction.
  const rows = await tx
    .select({ epoch: leadership.epoch })
    .from(leadership)
    .where(sql`${leadership.id} = 1 and ${leadership.epoch} = ${epoch}`)
    .for('share')
  if (rows.length === 0) throw new FencedOff(epoch)
}
