import { sql } from 'drizzle-orm'
import type { UserRole } from '../../contract/common.ts'
import type { Executor } from '../../db/open.ts'
import { terminalHolders } from '../../db/schema/socket-access.ts'
import { users } from '../../db/schema/users.ts'
import type { UserActor } from '../auth/actor.ts'

const maxAgeS = 24 * 3_600
const firstAttachS = 60
const maxPerUser = 1_000
const tidiedAtOnce = 100

/** Keeps whose session that is; forgets old ones, and of one user the oldest beyond `maxPerUser`. */
export async function insertHolder(
  db: Executor,
  { sessionHash, userId, serverId }: { sessionHash: string; userId: number; serverId: number },
): Promise<void> {
  await db.execute(sql`
    with gone as (
      (select session_hash from ${terminalHolders}
        where made_at < now() - make_interval(secs => ${maxAgeS})
          or (attached_at is null and made_at < now() - make_interval(secs => ${firstAttachS}))
        order by made_at limit ${tidiedAtOnce})
      union
      (select session_hash from ${terminalHolders} where user_id = ${userId} order by made_at desc offset ${maxPerUser - 1})
    ), locked as (
      select session_hash from ${terminalHolders} where session_hash in (select session_hash from gone)
      for update skip locked
    ), forgotten as (
      delete from ${terminalHolders} where session_hash in (select session_hash from locked)
    )
    insert into ${terminalHolders} (session_hash, user_id, token_version, server_id)
    select ${sessionHash}, u.id, u.token_version, ${serverId} from ${users} u where u.id = ${userId}`)
}

/**
 * The user who made the session of that server, as the user is now; the session counts as attached from then on. Null when
 * nobody attached in time, it is too old, or the user's tokens of then are void.
 */
export async function takeHolder(
  db: Executor,
  { sessionHash, serverId }: { sessionHash: string; serverId: number },
): Promise<UserActor | null> {
  const [user] = await db.execute<{ id: number; username: string; role: UserRole }>(sql`
    update ${terminalHolders} h set attached_at = coalesce(h.attached_at, now()) from ${users} u
    where h.session_hash = ${sessionHash} and h.server_id = ${serverId}
      and h.made_at > now() - make_interval(secs => ${maxAgeS})
      and (h.attached_at is not null or h.made_at > now() - make_interval(secs => ${firstAttachS}))
      and u.id = h.user_id and u.token_version = h.token_version and u.disabled_at is null
    returning u.id, u.username, u.role`)
  return user ? { kind: 'user', userId: user.id, username: user.username, role: user.role } : null
}

export async function deleteHolder(db: Executor, sessionHash: string): Promise<void> {
  await db.execute(sql`delete from ${terminalHolders} where session_hash = ${sessionHash}`)
}
