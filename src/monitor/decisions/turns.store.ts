import { sql } from 'drizzle-orm'
import type { Executor } from '../../db/open.ts'
import { replicas } from '../../db/schema/replicas.ts'
import { deliberations } from '../../db/schema/sharing.ts'

/** Whether that process may deliberate, for at most `forMs`: no other does, or the one that did is gone. */
export async function takeTurn(db: Executor, id: number, replicaId: string, forMs: number): Promise<boolean> {
  const taken = await db.execute(sql`
    insert into ${deliberations} as d (decision_id, replica_id, until)
    values (${id}, ${replicaId}::uuid, now() + make_interval(secs => ${forMs / 1000}))
    on conflict (decision_id) do update set replica_id = excluded.replica_id, until = excluded.until
    where ${isOver()}
    returning 1`)
  return taken.length === 1
}

export async function endTurn(db: Executor, id: number, replicaId: string): Promise<void> {
  await db.execute(sql`delete from ${deliberations} where decision_id = ${id} and replica_id = ${replicaId}::uuid`)
}

/** Whether a process deliberates about it now. */
export async function isDeliberated(db: Executor, id: number): Promise<boolean> {
  const found = await db.execute(sql`select from ${deliberations} d where decision_id = ${id} and not ${isOver()}`)
  return found.length === 1
}

/** Its time has ended, or it has given no sign of life for longer than any process that runs. */
const isOver = () => sql`(d.until < now() or not exists (
  select from ${replicas} r where r.id = d.replica_id and r.seen_at > now() - interval '5 seconds'))`
