import { eq, gt, sql } from 'drizzle-orm'
import type { Executor } from '../../db/open.ts'
import { nodeIdentity } from '../../db/schema/replicas.ts'

const only = 1

export interface SealedIdentity {
  sealed: string
  revision: number
}

/** Keeps the first identity of a monitor; changes nothing when it has one. */
export async function beginIdentity(db: Executor, sealed: string): Promise<void> {
  await db.insert(nodeIdentity).values({ id: only, sealed }).onConflictDoNothing()
}

/** The identity, when it is newer than `revision`; else null. */
export async function identityAfter(db: Executor, revision: number): Promise<SealedIdentity | null> {
  const [row] = await db
    .select({ sealed: nodeIdentity.sealed, revision: nodeIdentity.revision })
    .from(nodeIdentity)
    .where(gt(nodeIdentity.revision, revision))
  return row ?? null
}

/** Replaces the identity, and answers its revision. */
export async function replaceIdentity(db: Executor, sealed: string): Promise<number> {
  const [row] = await db
    .update(nodeIdentity)
    .set({ sealed, revision: sql`${nodeIdentity.revision} + 1` })
    .where(eq(nodeIdentity.id, only))
    .returning({ revision: nodeIdentity.revision })
  if (!row) throw new Error('node_identity has no row: nobody has begun it')
  return row.revision
}
