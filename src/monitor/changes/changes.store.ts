import { and, asc, gt, lte, sql } from 'drizzle-orm'
import type { Executor, Tx } from '../../db/open.ts'
import { prepared } from '../../db/prepared.ts'
import { changeClock, changes } from '../../db/schema/tree.ts'

export type ChangeKind = (typeof changes.$inferSelect)['kind']
export interface Change {
  kind: ChangeKind
  key: number
  seq: number
}

const recordRows = prepared(
  'record_changes',
  sql`
  with tick as (update ${changeClock} set seq = seq + 1 where id = 1 returning seq)
  insert into ${changes} (kind, key, seq)
  select r.kind, r.key, tick.seq
  from tick, jsonb_to_recordset(${sql.placeholder('rows')}::text::jsonb) as r(kind text, key bigint)
  on conflict (kind, key) do update set seq = excluded.seq
  returning 1`,
)

/** Gives the rows the next position of the feed. The clock's row lock makes positions rise in the order of commits. */
export async function recordChanges(tx: Tx, changed: ReadonlyMap<ChangeKind, ReadonlySet<number>>): Promise<void> {
  const rows = [...changed].flatMap(([kind, ids]) => [...ids].map((key) => ({ kind, key })))
  if (rows.length === 0) return
  const recorded = await recordRows(tx, { rows: JSON.stringify(rows) })
  if (recorded.length === 0) throw new Error('change_clock has no row: the database was not migrated')
}

/** The feed's epoch and its newest position. */
export async function feedPosition(db: Executor): Promise<{ epoch: string; seq: number }> {
  const [row] = await db.select({ epoch: changeClock.epoch, seq: changeClock.seq }).from(changeClock)
  if (!row) throw new Error('change_clock has no row: the database was not migrated')
  return row
}

/**
 * Changes after `fromSeq`, oldest first. Cut at about `limit` rows but never inside one position, so `toSeq` is a
 * place from which the next call goes on.
 */
export async function changesAfter(
  db: Executor,
  fromSeq: number,
  limit: number,
): Promise<{ changes: Change[]; toSeq: number; more: boolean }> {
  const position = await feedPosition(db)
  const head = await db
    .select({ seq: changes.seq })
    .from(changes)
    .where(and(gt(changes.seq, fromSeq), lte(changes.seq, position.seq)))
    .orderBy(asc(changes.seq))
    .offset(limit - 1)
    .limit(1)
  const toSeq = head[0]?.seq ?? position.seq
  const rows = await db
    .select()
    .from(changes)
    .where(and(gt(changes.seq, fromSeq), lte(changes.seq, toSeq)))
    .orderBy(asc(changes.seq), asc(changes.kind), asc(changes.key))
  return { changes: rows, toSeq, more: toSeq < position.seq }
}
