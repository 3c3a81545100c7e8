import { and, desc, eq, gt, isNotNull, isNull, lte, notInArray, or, type SQL, sql } from 'drizzle-orm'
import type { SilenceKind, TravellingSilence } from '../../contract/silences.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { nodes } from '../../db/schema/nodes.ts'
import { silences } from '../../db/schema/silences.ts'
import { dateOrNull } from '../../lib/time.ts'
import { textArray } from '../nodes/nodes.store.ts'
import type { Visibility } from '../nodes/visibility.ts'

export type SilenceRow = typeof silences.$inferSelect
export type NewSilence = Omit<typeof silences.$inferInsert, 'id'>

/** Condition: has not come to its end. */
const open = (at: Date) => or(isNull(silences.endsAt), gt(silences.endsAt, at))

export async function insertSilence(tx: Tx, silence: NewSilence): Promise<SilenceRow> {
  const [row] = await tx.insert(silences).values(silence).returning()
  if (!row) throw new Error('an insert returned no row')
  return row
}

/** Rewrites a silence that has not ended; null when it has. */
export async function updateSilence(
  tx: Tx,
  id: number,
  set: Partial<NewSilence>,
  at: Date,
): Promise<SilenceRow | null> {
  const [row] = await tx
    .update(silences)
    .set(set)
    .where(and(eq(silences.id, id), open(at), isNull(silences.inheritedFrom)))
    .returning()
  return row ?? null
}

/** The silence of that number, if it concerns a node that is seen. */
export async function findSilence(db: Executor, id: number, visibility: Visibility): Promise<SilenceRow | null> {
  const [row] = await db
    .select()
    .from(silences)
    .where(and(eq(silences.id, id), concerning(visibility)))
  return row ?? null
}

/** All that have not ended, newest first. */
export async function openSilences(db: Executor, at: Date, filter: SilenceFilter = {}): Promise<SilenceRow[]> {
  return await db
    .select()
    .from(silences)
    .where(and(open(at), ...conditionsOf(filter)))
    .orderBy(desc(silences.createdAt), desc(silences.id))
}

export interface SilenceFilter {
  visibility?: Visibility
  kind?: SilenceKind | undefined
  /** Covering the node with this path. */
  path?: readonly string[] | undefined
}

function conditionsOf({ visibility, kind, path }: SilenceFilter): Array<SQL | undefined> {
  return [
    visibility && concerning(visibility),
    kind && eq(silences.kind, kind),
    path && or(isNull(silences.scope), sql`${silences.scope} = any(${textArray(path)})`),
  ]
}

/** Newest first, ended ones too; or those alone. */
export async function pageOfSilences(
  db: Executor,
  filter: SilenceFilter & { endedBefore?: Date | undefined; limit: number; offset: number },
): Promise<{ rows: SilenceRow[]; total: number }> {
  const where = and(...conditionsOf(filter), filter.endedBefore && lte(silences.endsAt, filter.endedBefore))
  const rows = await db
    .select()
    .from(silences)
    .where(where)
    .orderBy(desc(silences.createdAt), desc(silences.id))
    .limit(filter.limit)
    .offset(filter.offset)
  return { rows, total: await db.$count(silences, where) }
}

/** How many of this monitor's own have not ended. */
export async function countOpenSilences(db: Executor, at: Date): Promise<number> {
  return await db.$count(silences, and(open(at), isNull(silences.inheritedFrom)))
}

/** Condition: covers a node that is seen. */
function concerning(visibility: Visibility): SQL | undefined {
  if (visibility.kind === 'all') return undefined
  const seen =
    visibility.kind === 'owned'
      ? sql`n.owner_id = ${visibility.ownerId}`
      : sql`n.path @> ${textArray([visibility.agentId])}`
  return or(
    isNull(silences.scope),
    sql`exists (select 1 from ${nodes} n where n.deleted_at is null and ${seen} and ${silences.scope} = any(n.path))`,
  )
}

/** Makes the inherited silences those, and no others. True when that changed anything. */
export async function replaceInherited(tx: Tx, told: readonly TravellingSilence[], at: Date): Promise<boolean> {
  // An ended one stays in the list until it is forgotten; one that was taken back before its end, ends now.
  const gone = await tx
    .update(silences)
    .set({ endsAt: at })
    .where(
      and(
        isNotNull(silences.inheritedFrom),
        open(at),
        told.length > 0
          ? notInArray(
              silences.uid,
              told.map(({ uid }) => uid),
            )
          : undefined,
      ),
    )
    .returning({ id: silences.id })
  let changed = gone.length > 0
  for (const silence of told) {
    const values = {
      kind: silence.kind,
      scope: silence.scope,
      matchers: silence.matchers,
      startsAt: new Date(silence.starts_at),
      endsAt: dateOrNull(silence.ends_at),
      recurrence: silence.recurrence,
      reason: silence.reason,
      createdBy: silence.created_by,
      createdAt: new Date(silence.created_at),
      inheritedFrom: silence.made_at,
    }
    const written = await tx
      .insert(silences)
      .values({ uid: silence.uid, ...values })
      .onConflictDoUpdate({
        target: silences.uid,
        set: values,
        // What was made here is not overwritten by what comes down, and what is the same is not written.
        setWhere: sql`${silences.inheritedFrom} is not null and
          (${silences.scope}, ${silences.matchers}, ${silences.startsAt}, ${silences.endsAt}, ${silences.recurrence}, ${silences.reason}, ${silences.inheritedFrom})
          is distinct from (excluded.scope, excluded.matchers, excluded.starts_at, excluded.ends_at, excluded.recurrence, excluded.reason, excluded.inherited_from)`,
      })
      .returning({ id: silences.id })
    changed ||= written.length > 0
  }
  return changed
}
