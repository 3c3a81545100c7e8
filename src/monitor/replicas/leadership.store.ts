import type { Sql } from '../../db/open.ts'

/** A number that only the leader of a monitor uses as an advisory lock. */
const leaderLock = 4_839_201_901

/**
 * Holds the leader's lock with this session, or tries to get it; who gets it raises the epoch in the same statement, so that no
 * epoch is ever raised without the lock. Answers the epoch, or null when another session leads.
 */
export async function holdOrTake(session: Sql, replicaId: string): Promise<number | null> {
  const [row] = await session<Array<{ epoch: number | null }>>`
    with turn as materialized (
      select case
        when exists (
          select from pg_locks
          where locktype = 'advisory' and pid = pg_backend_pid() and granted and objsubid = 1
            and database = (select oid from pg_database where datname = current_database())
            and (classid::bigint << 32) + objid::bigint = ${leaderLock}::bigint) then 'kept'
        when pg_try_advisory_lock(${leaderLock}::bigint) then 'taken'
        else 'not' end as how),
    raised as (
      update leadership set epoch = epoch + 1, replica_id = ${replicaId}::uuid, since = now()
      where id = 1 and (
        (select how from turn) = 'taken'
        -- It was taken, but the statement ended before it could be written down.
        or ((select how from turn) = 'kept' and replica_id is distinct from ${replicaId}::uuid))
      returning epoch)
    select case when (select how from turn) <> 'not' then coalesce(
      (select epoch from raised),
      (select epoch from leadership where id = 1 and replica_id = ${replicaId}::uuid)) end as epoch`
  return row?.epoch ?? null
}
