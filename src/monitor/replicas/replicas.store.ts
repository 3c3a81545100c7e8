import type { SelfStatus } from '../../contract/self.ts'
import type { Sql } from '../../db/open.ts'

/** A process that was silent for so long is gone; judged by the database's clock, the same for all. */
const goneAfterS = 5

/** On which a process tells the others, by its id, that it begins to live, leads no more, or ends. */
export const replicasChannel = 'cortex_replicas'

/** Another process of this monitor that runs. */
export interface OtherReplica {
  id: string
  /** By which it is reached. */
  address: string
  startedAt: Date
  /** How it does with the parent; null unless it leads and has one. */
  parent: SelfStatus['parent']
}

export interface Seen {
  /** The own row was made anew: by the start, or because this process was silent for so long that it was taken for gone. */
  isNew: boolean
  startedAt: Date
  others: OtherReplica[]
  /** The process that led last; it may be gone by now. */
  leader: string | null
}

interface OwnBeat {
  id: string
  address: string
  parent: SelfStatus['parent']
}

/**
 * This process lives, and sees who else does. By the raw client, whose connections wait behind no report: a process under load must
 * not be taken for gone.
 */
export async function beat(db: Sql, { id, address, parent }: OwnBeat): Promise<Seen> {
  const [own] = await db<Array<{ isNew: boolean; startedAt: Date }>>`
    insert into replicas (id, address, parent) values (${id}, ${address}, ${parent && db.json(parent)})
    on conflict (id) do update set address = excluded.address, parent = excluded.parent, seen_at = now()
    returning (xmax = 0) as "isNew", started_at as "startedAt"`
  if (!own) throw new Error('the row of this process was not written')
  const { isNew, startedAt } = own
  if (isNew) await tellOthers(db, id)
  const others = await db<OtherReplica[]>`
    select id, address, started_at as "startedAt", parent from replicas
    where id <> ${id} and seen_at > now() - make_interval(secs => ${goneAfterS}) order by started_at, id`
  const [led] = await db<Array<{ leader: string | null }>>`select replica_id as leader from leadership`
  return { isNew, startedAt, others, leader: led?.leader ?? null }
}

/** Whether processes of a monitor of several run on this database. */
export async function anybodyHere(db: Sql): Promise<boolean> {
  const rows = await db`select from replicas where seen_at > now() - make_interval(secs => ${goneAfterS}) limit 1`
  return rows.length > 0
}

/** The others look at once who runs and who leads. */
export async function tellOthers(db: Sql, id: string): Promise<void> {
  await db`select pg_notify(${replicasChannel}, ${id})`
}

/** This process ends. Answers whether it was the last one that runs: of several that end at once, exactly one is. */
export async function leave(db: Sql, id: string): Promise<boolean> {
  return await db.begin(async (tx) => {
    await tx`lock table replicas in share row exclusive mode`
    await tx`delete from replicas where id = ${id}`
    const others = await tx`select from replicas where seen_at > now() - make_interval(secs => ${goneAfterS}) limit 1`
    await tx`select pg_notify(${replicasChannel}, ${id})`
    return others.length === 0
  })
}

/** Forgets the processes that ended without a word. */
export async function tidyGone(db: Sql): Promise<void> {
  await db`delete from replicas where seen_at <= now() - make_interval(secs => ${goneAfterS})`
}
