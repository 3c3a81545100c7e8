import { sql } from 'drizzle-orm'
import type { Executor } from '../../db/open.ts'
import { usedTickets } from '../../db/schema/socket-access.ts'

/** How long a used ticket is remembered beyond its end: far more than the clocks of two processes differ. */
const keptBeyondEndS = 3_600
const tidiedAtOnce = 100

/** Whether this is the first use of the ticket. Also forgets some of those that nobody would take any more. */
export async function markTicketUsed(db: Executor, ticket: { jti: string; endsAt: Date }): Promise<boolean> {
  const marked = await db.execute(sql`
    with old as (
      select jti from ${usedTickets} where ends_at < now() - make_interval(secs => ${keptBeyondEndS})
      order by ends_at limit ${tidiedAtOnce} for update skip locked
    ), forgotten as (
      delete from ${usedTickets} where jti in (select jti from old)
    )
    insert into ${usedTickets} (jti, ends_at) values (${ticket.jti}, ${ticket.endsAt.toISOString()}::timestamptz)
    on conflict do nothing returning jti`)
  return marked.length === 1
}
