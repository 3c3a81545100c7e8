import { and, asc, count, eq, gt, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import type { NodeRole } from '../../contract/common.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { prepared } from '../../db/prepared.ts'
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

const liveKeysByHash = prepared<{
  key_hash: string
  key_id: number
  node_id: number
  agent_id: string
  role: NodeRole
  expires_ms: number | null
}>(
  'live_keys_by_hash',
  sql`
  select k.key_hash, k.id as key_id, n.id as node_id, n.agent_id, n.role,
    (extract(epoch from k.expires_at) * 1000)::float8 as expires_ms
  from jsonb_array_elements_text(${sql.placeholder('hashes')}::text::jsonb) as asked(key_hash)
  join ${apiKeys} k on k.key_hash = asked.key_hash join ${nodes} n on n.id = k.node_id
  where k.revoked_at is null and n.deleted_at is null`,
)

/** The live keys with these hashes, in the order asked; `null` where there is none. */
export async function findLiveKeys(db: Executor, hashes: readonly string[]): Promise<Array<LiveKey | null>> {
  const rows = await liveKeysByHash(db, { hashes: JSON.stringify(hashes) })
  const found = new Map(rows.map((row) => [row.key_hash, row]))
  return hashes.map((hash) => {
    const row = found.get(hash)
    if (!row) return null
    const expiresAt = row.expires_ms === null ? null : new Date(row.expires_ms)
    return { keyId: row.key_id, nodeId: row.node_id, agentId: row.agent_id, role: row.role, expiresAt }
  })
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
