import { and, asc, count, eq, gt, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import type { NodeRole } from '../../contract/common.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { apiKeys, nodes } from '../../db/schema/nodes.ts'

export type KeyRow = typeof apiKeys.$inferSelect
export type KeyOfNode = Omit<KeyRow, 'keyHash'> & { agentId: string }
/** A key that is not revoked, of a node that is not deleted. */
export interface LiveKey {
  keyId: number
  nodeId: number
  agentId: string
  role: NodeRole
  expiresAt: Date | null
}

const keyOfNode = {
  id: apiKeys.id,
  nodeId: apiKeys.nodeId,
  agentId: nodes.agentId,
  name: apiKeys.name,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
}

export async function findLiveKey(db: Executor, keyHash: string): Promise<LiveKey | null> {
  const [row] = await db
    .select({
      keyId: apiKeys.id,
      nodeId: nodes.id,
      agentId: nodes.agentId,
      role: nodes.role,
      expiresAt: apiKeys.expiresAt,
    })
    .from(apiKeys)
    .innerJoin(nodes, eq(nodes.id, apiKeys.nodeId))
    .where(and(eq(apiKeys.keyHash, keyHash), isNull(apiKeys.revokedAt), isNull(nodes.deletedAt)))
  return row ?? null
}

export async function insertKey(
  tx: Tx,
  added: { nodeId: number; name: string; keyHash: string; createdAt: Date; expiresAt: Date | null },
): Promise<KeyRow> {
  const [row] = await tx.insert(apiKeys).values(added).returning()
  if (!row) throw new Error('an insert returned no row')
  return row
}

/** Lets the other keys of a node end at `at`, unless they end before. Returns those that end earlier now. */
export async function endOtherKeys(tx: Tx, nodeId: number, keptId: number, at: Date): Promise<number[]> {
  const rows = await tx
    .update(apiKeys)
    .set({ expiresAt: at })
    .where(
      and(
        eq(apiKeys.nodeId, nodeId),
        ne(apiKeys.id, keptId),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, at)),
      ),
    )
    .returning({ id: apiKeys.id })
  return rows.map((row) => row.id)
}

/** Voids one key; `null` when there is none or it was void already. */
export async function revokeKey(tx: Tx, id: number, at: Date): Promise<KeyRow | null> {
  const [row] = await tx
    .update(apiKeys)
    .set({ revokedAt: at })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning()
  return row ?? null
}

/** Voids all keys of these nodes. */
export async function revokeKeysOf(tx: Tx, nodeIds: readonly number[], at: Date): Promise<KeyRow[]> {
  if (nodeIds.length === 0) return []
  return await tx
    .update(apiKeys)
    .set({ revokedAt: at })
    .where(and(inArray(apiKeys.nodeId, [...nodeIds]), isNull(apiKeys.revokedAt)))
    .returning()
}

export async function findKey(db: Executor, id: number): Promise<KeyOfNode | null> {
  const [row] = await db
    .select(keyOfNode)
    .from(apiKeys)
    .innerJoin(nodes, eq(nodes.id, apiKeys.nodeId))
    .where(eq(apiKeys.id, id))
  return row ?? null
}

export async function listKeys(
  db: Executor,
  filter: { agentId?: string | undefined; limit: number; offset: number },
): Promise<{ rows: KeyOfNode[]; total: number }> {
  const where = filter.agentId === undefined ? sql`true` : eq(nodes.agentId, filter.agentId)
  const joined = eq(nodes.id, apiKeys.nodeId)
  const rows = await db
    .select(keyOfNode)
    .from(apiKeys)
    .innerJoin(nodes, joined)
    .where(where)
    .orderBy(asc(apiKeys.id))
    .limit(filter.limit)
    .offset(filter.offset)
  const [counted] = await db.select({ total: count() }).from(apiKeys).innerJoin(nodes, joined).where(where)
  return { rows, total: counted?.total ?? 0 }
}

/** A node that is in the tree. */
export async function findLiveNode(db: Executor, agentId: string): Promise<{ id: number; agentId: string } | null> {
  const [row] = await db
    .select({ id: nodes.id, agentId: nodes.agentId })
    .from(nodes)
    .where(and(eq(nodes.agentId, agentId), isNull(nodes.deletedAt)))
  return row ?? null
}

/** Those of the keys that are good at `now`: neither revoked, nor ended, nor of a node that is gone. */
export async function liveKeyIds(db: Executor, ids: readonly number[], now: Date): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .innerJoin(nodes, eq(nodes.id, apiKeys.nodeId))
    .where(
      and(
        inArray(apiKeys.id, [...ids]),
        isNull(apiKeys.revokedAt),
        isNull(nodes.deletedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
      ),
    )
  return new Set(rows.map((row) => row.id))
}
