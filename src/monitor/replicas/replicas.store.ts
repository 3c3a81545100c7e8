import { and, eq, ne, sql } from 'drizzle-orm'
import type { SelfStatus } from '../../contract/self.ts'
import type { Executor } from '../../db/open.ts'
import { leadership, replicas } from '../../db/schema/replicas.ts'

/** A process that was silent for so long is gone; judged by the database's clock, the same for all. */
const goneAfterS = 5

export type ReplicaRow = typeof replicas.$inferSelect

export interface OwnBeat {
  id: string
  address: string
  /** How this process does with the parent; null when it has no link to it. */
  parent: SelfStatus['parent']
}

/** On which a process that begins to live tells the others. */
export const replicasChannel = 'cortex_replicas'

const isHere = sql`${replicas.seenAt} > now() - make_interval(secs => ${goneAfterS})`

/** This process lives. True when its row was made anew: by its start, or because it was silent for so long that it was taken for gone. */
export async function beat(db: Executor, { id, address, parent }: OwnBeat): Promise<boolean> {
  const seenAt = sql`now()`
  const [row] = await db
    .insert(replicas)
    .values({ id, address, parent })
    .onConflictDoUpdate({ target: replicas.id, set: { address, parent, seenAt } })
    .returning({ isNew: sql<boolean>`(xmax = 0)` })
  if (row?.isNew) await db.execute(sql`select pg_notify(${replicasChannel}, ${id})`)
  return row?.isNew === true
}

/** The other processes of this monitor that run. */
export async function othersHere(db: Executor, ownId: string): Promise<ReplicaRow[]> {
  return await db
    .select()
    .from(replicas)
    .where(and(ne(replicas.id, ownId), isHere))
    .orderBy(replicas.startedAt, replicas.id)
}

/** This process ends. */
export async function leave(db: Executor, id: string): Promise<void> {
  await db.delete(replicas).where(eq(replicas.id, id))
}

/** Forgets the processes that ended without a word. */
export async function tidyGone(db: Executor): Promise<void> {
  await db.delete(replicas).where(sql`not (${isHere})`)
}

/** The process that led last; it may be gone by now. */
export async function leaderId(db: Executor): Promise<string | null> {
  const [row] = await db.select({ replicaId: leadership.replicaId }).from(leadership)
  return row?.replicaId ?? null
}
